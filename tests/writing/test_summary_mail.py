"""The manager's mail as mail clients take it: valid HTML 5, only what Gmail, Outlook and Apple Mail show.

What each client takes is from the tables of caniemail.com, boiled down to what our mail may use at all.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import html5lib
import pytest

from tests.writing.test_summary import BUSY, QUIET
from triage.reading.messages import Person
from triage.writing.letters import mail
from triage.writing.summary import CHART, SummaryFacts, SummaryMail, summarise
from triage.writing.templates import Templates

TAGS = {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td"}
TAGS |= {"h1", "h2", "p", "strong", "span", "img"}
"""Elements that every client keeps."""
CSS = {"color", "background", "font", "font-size", "font-weight", "line-height", "vertical-align", "display"}
CSS |= {"margin", "padding", "padding-left", "width", "max-width", "height", "border-collapse"}
CSS |= {"border-top", "border-left", "border-bottom", "border-top-color", "border-left-color"}
CSS |= {"overflow-wrap"}
"""What styles may say; in Outlook, which knows no `overflow-wrap`, only a long word runs on."""
CLIPPED = 102 * 1024
"""Gmail cuts a mail's HTML off here."""


@pytest.fixture(params=[pytest.param(QUIET, id="quiet"), pytest.param(BUSY, id="busy")])
def summary(request: pytest.FixtureRequest, templates: Templates) -> SummaryMail:
    facts: SummaryFacts = request.param
    return summarise(facts, templates)


def elements(html: str) -> list[Any]:
    """The elements of a page that has no mistake in it: the parser is strict."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return [element for element in tree.iter() if isinstance(element.tag, str)]


def styles(html: str) -> list[tuple[str, str]]:
    """Every property that is set, in the elements and in the head, with its value."""
    texts = [element.get("style", "") for element in elements(html)]
    texts += re.findall(r"{([^{}]*)}", "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL)))
    pairs = (each.partition(":") for text in texts for each in text.split(";") if each.strip())
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def test_it_is_valid_and_uses_what_every_client_keeps(summary: SummaryMail) -> None:
    assert {element.tag for element in elements(summary.html)} <= TAGS


def test_its_styles_are_those_that_every_client_knows(summary: SummaryMail) -> None:
    assert {name for name, _ in styles(summary.html)} <= CSS
    for _, value in styles(summary.html):
        assert not re.search(r"var\(|calc\(|url\(|flex|grid|rem\b|vw\b|rgba|expression|javascript", value)


def test_tables_are_layout_for_a_screen_reader(summary: SummaryMail) -> None:
    tables = [element for element in elements(summary.html) if element.tag == "table"]
    assert tables
    assert {table.get("role") for table in tables} == {"presentation"}


def test_the_picture_has_its_size_and_says_in_words_what_it_shows(templates: Templates) -> None:
    html = summarise(BUSY, templates).html
    (image,) = [element for element in elements(html) if element.tag == "img"]
    assert (image.get("src"), image.get("width"), image.get("height")) == (f"cid:{CHART}", "544", "80")
    assert image.get("alt").startswith("Heated mails and replies sent")


def test_it_is_not_clipped_however_much_there_was(templates: Templates) -> None:
    much = replace(
        BUSY,
        items=BUSY.items * 200,
        promises=BUSY.promises * 200,
        arrows=BUSY.arrows * 200,
        thanks=tuple(f"customer-{number}.example" for number in range(200)),
        watched=BUSY.watched * 200,
        not_enforced=BUSY.not_enforced * 200,
    )
    whole = summarise(much, templates)
    assert len(whole.html.encode()) < CLIPPED
    assert len(sent(whole)) < 100_000


def test_a_quiet_day_is_one_screen_of_words(templates: Templates) -> None:
    assert len(summarise(QUIET, templates).text.splitlines()) < 20


def test_the_mail_is_text_or_else_a_page_with_its_picture(templates: Templates) -> None:
    summary = summarise(BUSY, templates)
    whole = parsed(sent(summary))
    assert [part.get_content_type() for part in whole.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    *_, html, picture = whole.walk()
    assert picture["Content-ID"] == f"<{CHART}>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == summary.chart
    assert f"cid:{CHART}" in html.get_content()


def test_without_a_picture_there_is_no_part_for_it(templates: Templates) -> None:
    whole = parsed(sent(summarise(QUIET, templates)))
    assert [part.get_content_type() for part in whole.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_in_a_browser_the_picture_is_in_the_page(templates: Templates) -> None:
    page = summarise(BUSY, templates).page
    assert "cid:" not in page
    assert 'src="data:image/png;base64,iVBOR' in page


def sent(summary: SummaryMail) -> bytes:
    """The mail as it leaves."""
    return mail(
        sender=Person(address="ana@us.example", name="Ana Ruiz"),
        to=[Person(address="boss@us.example")],
        subject=summary.subject,
        text=summary.text,
        html=summary.html,
        picture=summary.chart,
        picture_id=CHART,
        message_id="<summary.1@us.example>",
        date=datetime(2026, 3, 20, 22, 30, tzinfo=UTC),
    )


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=SMTP)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found
