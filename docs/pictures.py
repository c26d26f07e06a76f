"""Takes the pictures of the documentation from the running program: `make pictures`.

The demo's stage is set (real daemon, embedded mailbox, sample mail), Robin answers too soon, and Chromium
looks at the page. The manager's mail is that of a month played through the product in memory (`a_month.py`);
how the accounts stand is the end of a month on Dovecot (`tests/month.py`). Thunderbird answers a customer,
and shows what is held. Nothing in a picture is painted by hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

from a_month import summary_of
from playwright.sync_api import Browser, Page
from rich.console import Console

from tests.chromium import chromium
from tests.dovecot import Dovecot
from tests.journeys.calendar import Calendar
from tests.journeys.house import House, until
from tests.month import play
from tests.thunderbird import Thunderbird, rep_of
from triage.cli.demo.samples import FOLLOWED
from triage.cli.demo.stage import stage
from triage.cli.demo.story import hasty_reply, mail_comes_in
from triage.cli.demo.telling import Teller

FOLDER = Path(__file__).parent / "pictures"
MINUTES = 30.0


def main() -> None:
    """All pictures."""
    FOLDER.mkdir(exist_ok=True)
    _moment()
    with chromium() as browser:
        _summaries(browser)
        _month(browser)
    _thunderbird()


def _moment() -> None:
    """A hasty reply is held: the page, at once."""
    tell = Teller(Console(quiet=True))
    with stage() as set_up, chromium() as browser:  # in this order: both bring an event loop
        set_up.cool_down(MINUTES, after="ask_if_pointed")
        read = mail_comes_in(set_up, tell)
        hasty_reply(set_up, tell, read[FOLLOWED])
        for name, width, height, dark in (
            ("page-light", 1280, 900, False),
            ("page-dark", 1280, 900, True),
            ("page-phone", 390, 844, False),
        ):
            with _window(browser, width, height, dark=dark) as page:
                page.goto(set_up.daemon.page_link)
                page.wait_for_timeout(1200)
                page.screenshot(path=FOLDER / f"{name}.png")


def _summaries(browser: Browser) -> None:
    """The manager's mail, whole, on a busy day and on a quiet one."""
    busy, quiet = summary_of(busy=True), summary_of(busy=False)
    for name, mail, width, dark in (
        ("summary-800-light", busy, 800, False),
        ("summary-800-dark", busy, 800, True),
        ("summary-360-light", busy, 360, False),
        ("summary-360-dark", busy, 360, True),
        ("summary-quiet-360-light", quiet, 360, False),
    ):
        with _window(browser, width, 600, dark=dark) as page:
            page.set_content(mail.page)
            page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


def _month(browser: Browser) -> None:
    """How the accounts stand at the end of a month, and what the manager reads then."""
    with Calendar(Dovecot.flavoured("as_it_is")) as calendar:
        play(calendar)
        with _window(browser, 960, 900) as page:
            page.goto(calendar.running.page_link)
            page.goto(urljoin(page.url, "/accounts"))
            page.screenshot(path=FOLDER / "accounts.png", full_page=True)
        with _window(browser, 640, 800) as page:
            page.set_content(calendar.last_summary("html"))
            page.screenshot(path=FOLDER / "summary.png", full_page=True)


def _thunderbird() -> None:
    """A real Thunderbird on a real Dovecot, with the reply that it sent in Cooldown/Held."""
    with House(Dovecot(), cooldown=1800) as house, TemporaryDirectory() as folder:
        house.customer_writes()
        until(lambda: "Cool-down c1" in house.triage("status"), "the cool-down")
        with Thunderbird(Path(folder), rep_of(house)) as client:
            client.answers("Order 4711", "I have looked into it, and will call you at three.")
            client.picture("Cooldown/Held", FOLDER / "thunderbird-held.png")


@contextmanager
def _window(browser: Browser, width: int, height: int, *, dark: bool = False) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    yield context.new_page()
    context.close()


if __name__ == "__main__":
    main()
