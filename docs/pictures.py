"""Takes the pictures of the documentation from the running program: `make pictures`.

The demo's stage is set (real daemon, embedded mailbox, sample mail), Robin answers too soon, and Chromium
looks at the page. Nothing in a picture is painted by hand.
"""

from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console

from tests.chromium import chromium
from triage.cli.demo.samples import FOLLOWED
from triage.cli.demo.stage import Stage, stage
from triage.cli.demo.story import hasty_reply, mail_comes_in
from triage.cli.demo.telling import Teller

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


def _page(browser: Browser, set_up: Stage, file: Path, size: tuple[int, int], *, dark: bool) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.goto(set_up.daemon.page_link)
    page.wait_for_timeout(1200)
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    main()
