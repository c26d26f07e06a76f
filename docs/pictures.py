"""Takes the pictures of the documentation from the running program: `make pictures`.

The demo's stage is set (real daemon, embedded mailbox, sample mail), Robin answers too soon, and Chromium
looks at the page; Thunderbird answers a customer, and shows what is held. The manager's mail is that of a
month played through the product in memory. Nothing in a picture is painted by hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from a_month import summary_of
from playwright.sync_api import Browser, Page
from rich.console import Console

from tests.chromium import chromium
from tests.dovecot import Dovecot
from tests.journeys.house import House, until
from tests.thunderbird import Thunderbird, rep_of
from triage.cli.demo.samples import FOLLOWED
from triage.cli.demo.stage import Stage, stage
from triage.cli.demo.story import hasty_reply, mail_comes_in
from triage.cli.demo.telling import Teller
from triage.writing.summary import SummaryMail

FOLDER = Path(__file__).parent / "pictures"
MINUTES = 30.0


def main() -> None:
    """All pictures."""
    FOLDER.mkdir(exist_ok=True)
    tell = Teller(Console(quiet=True))
    with stage() as set_up, chromium() as browser:
        set_up.cool_down(MINUTES, after="ask_if_pointed")
        read = mail_comes_in(set_up, tell)
        hasty_reply(set_up, tell, read[FOLLOWED])
        for name, width, height, dark in (
            ("page-light", 1280, 900, False),
            ("page-dark", 1280, 900, True),
            ("page-phone", 390, 844, False),
        ):
            _page(browser, set_up, FOLDER / f"{name}.png", (width, height), dark=dark)
        busy, quiet = summary_of(busy=True), summary_of(busy=False)
        for name, mail, width, dark in (
            ("summary-800-light", busy, 800, False),
            ("summary-800-dark", busy, 800, True),
            ("summary-360-light", busy, 360, False),
            ("summary-360-dark", busy, 360, True),
            ("summary-quiet-360-light", quiet, 360, False),
        ):
            _summary(browser, mail, FOLDER / f"{name}.png", width, dark=dark)
    _thunderbird(FOLDER / "thunderbird-held.png")


def _thunderbird(file: Path) -> None:
    """A real Thunderbird, with the reply that it sent in Cooldown/Held; on a real Dovecot."""
    with House(Dovecot(), cooldown=1800) as house, TemporaryDirectory() as folder:
        house.customer_writes()
        until(lambda: "Cool-down c1" in house.triage("status"), "the cool-down")
        with Thunderbird(Path(folder), rep_of(house)) as client:
            client.answers("Order 4711", "I have looked into it, and will call you at three.")
            client.picture("Cooldown/Held", file)


def _page(browser: Browser, set_up: Stage, file: Path, size: tuple[int, int], *, dark: bool) -> None:
    with _window(browser, *size, dark=dark) as page:
        page.goto(set_up.daemon.page_link)
        page.wait_for_timeout(1200)
        page.screenshot(path=file)


def _summary(browser: Browser, mail: SummaryMail, file: Path, width: int, *, dark: bool) -> None:
    """The whole mail, however long it is."""
    with _window(browser, width, 600, dark=dark) as page:
        page.set_content(mail.page)
        page.screenshot(path=file, full_page=True)


@contextmanager
def _window(browser: Browser, width: int, height: int, *, dark: bool) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    yield context.new_page()
    context.close()


if __name__ == "__main__":
    main()
