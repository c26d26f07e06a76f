"""The rep's page in a real browser, served by the daemon as a process on a real Dovecot."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.chromium import chromium, chromium_or_skip
from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import HOT, House, message_id, until

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
WITHIN = 15_000
"""Milliseconds in which the page must show what happened; it mostly takes one or two seconds."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    dovecot_or_skip()
    chromium_or_skip()
    with House(Dovecot.flavoured("as_it_is"), cooldown=600, page=True) as house:
        yield house


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium_or_skip()
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    """The page as the rep has it open; what goes wrong in it fails the test."""
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(link_of(house))
    yield page
    context.close()
    assert wrong == []


def link_of(house: House) -> str:
    return house.triage("page", "--print").strip()


def held(house: House, subject: str, text: str = "I have looked into it.") -> str:
    """A heated message, and a reply to it that the gate holds; the reply's id."""
    to = f"dana@{subject.lower().replace(' ', '-')}.example"
    id_ = house.customer_writes(HOT, subject=subject, sender=to)
    raw = house.reply(id_, text, to=to, subject=f"Re: {subject}")
    assert house.rep_sends(raw, to)[0] == 250
    (found,) = [each["id"] for each in house.held() if message_id(raw) in each["message_ids"]]
    return str(found)


def test_a_held_reply_appears_by_itself_and_counts_down(house: House, page: Page) -> None:
    id_ = held(house, "Pump one")
    article = page.locator("article", has=page.locator(f"#title-{id_}"))
    expect(article).to_be_visible(timeout=WITHIN)
    expect(article.locator("mark").first).to_be_visible()
    expect(article).to_contain_text("I have looked into it.")
    clock = article.locator("time")
    expect(clock).to_have_text(re.compile(r"^\d:\d\d$"), timeout=WITHIN)
    first = clock.inner_text()
    expect(clock).not_to_have_text(first, timeout=WITHIN)


def test_it_is_sent_early_with_a_reason(house: House, page: Page) -> None:
    id_ = held(house, "Pump two")
    before = len(house.upstream.mails)
    reason = page.locator(f"#reason-{id_}")
    reason.fill("their truck leaves at three", timeout=WITHIN)
    page.locator(f"#release-{id_}").click()
    expect(page.locator("#said")).to_contain_text("goes out now", timeout=WITHIN)
    until(lambda: house.upstream.mails[before:], "the reply at the upstream")
    expect(page.locator(f"#title-{id_}")).to_have_count(0, timeout=WITHIN)
    page.get_by_role("link", name="History").click()
    expect(page.locator("tr", has_text=id_)).to_contain_text("their truck leaves at three")


def test_what_the_rep_is_typing_is_never_taken_away(house: House, page: Page) -> None:
    id_ = held(house, "Pump three")
    page.locator(f"#reason-{id_}").fill("because of", timeout=WITHIN)
    other = held(house, "Pump four")
    page.wait_for_timeout(3000)
    expect(page.locator(f"#reason-{id_}")).to_have_value("because of")
    page.locator(f"#reason-{id_}").fill("")
    expect(page.locator(f"#title-{other}")).to_be_visible(timeout=WITHIN)


def test_another_is_taken_back_without_scripts(house: House, browser: Browser) -> None:
    id_ = held(house, "Pump five")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(link_of(house))
    page.locator(f"#withdraw-{id_}").click()
    expect(page.locator("#said")).to_contain_text("goes back to Drafts")
    expect(page.locator(f"#title-{id_}")).to_have_count(0)
    context.close()
    until(lambda: any(b"Re: Pump five" in x.raw for x in house.inside("drafts")), "the reply in Drafts")


def test_by_keyboard_alone(house: House, page: Page) -> None:
    """The first stop is the way past the links; every button can be reached, and Enter presses it."""
    id_ = held(house, "Pump six")
    expect(page.locator(f"#title-{id_}")).to_be_visible(timeout=WITHIN)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == f"withdraw-{id_}":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("goes back to Drafts", timeout=WITHIN)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_keeps_anybody_out(house: House, browser: Browser, scheme: str, width: int) -> None:
    """axe: no finding that is serious or worse; and no page is wider than the screen."""
    held(house, f"Pump {scheme} {width}")
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto(link_of(house))
    for path in ("/", "/history"):
        page.goto(urljoin(page.url, path))
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_hostile_words_stay_words(house: House, page: Page) -> None:
    sender = "dana@hostile.example"
    id_ = house.customer_writes(f"{HOSTILE} {HOT}", subject=f"Valve {HOSTILE}", sender=sender)
    raw = house.reply(id_, HOSTILE, to=sender, subject="Re: Valve")
    assert house.rep_sends(raw, sender)[0] == 250
    expect(page.locator("article", has_text="hostile.example")).to_contain_text("<script>", timeout=WITHIN)
    expect(page).to_have_title(re.compile("Cool-down"))


def test_another_site_can_neither_see_nor_press(house: House, page: Page) -> None:
    """A page of another origin, in the very browser that holds the cookie."""
    address = page.url.rstrip("/")
    evil = page.context.new_page()
    form = (
        f'<form method=post action="{address}/do/pause"><input name=word value=x><button>win</button></form>'
    )
    evil.route("http://evil.example/", lambda route: route.fulfill(content_type="text/html", body=form))
    evil.goto("http://evil.example/")
    fetched = f"fetch('{address}/', {{credentials: 'include'}})"
    assert evil.evaluate(f"{fetched}.then(answer => answer.text(), () => 'refused')") == "refused"
    evil.get_by_role("button").click()
    expect(evil.locator("body")).to_contain_text("nothing was done")
    assert "PAUSED" not in house.triage("status")


def test_without_a_daemon_there_is_no_page(house: House, browser: Browser) -> None:
    assert house.stop() == 0
    house.triage("page", "--print", code=4)
    house.start()
    page = browser.new_page()
    page.goto(link_of(house))
    expect(page.get_by_role("heading", name="What is watched")).to_be_visible()
