"""Hostile words wherever anybody can put any: shown on the page, in our mail, on the desktop, and only shown.

Each field has words of its own, so that it is seen that they came so far at all.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, get_args

import html5lib
import pytest
from starlette.testclient import TestClient

from tests.desk.world import CUSTOMER, MANAGER, REP, World
from tests.fakes.desktop import FakeDesktop
from tests.fakes.relay import FakeRelay
from triage.config import resource_root
from triage.desk import Announcer
from triage.desk.summaries import summary_mail
from triage.errors import MailRefused
from triage.web import PageKey
from triage.web.pages import application
from triage.writing.announcing import Kind

PORT = 8430
TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}"
THANKS = "Thank you so much! You saved our week, and we are all grateful."

TAGS = {"html", "head", "meta", "title", "link", "script", "noscript", "body", "header", "main", "nav"}
TAGS |= {"section", "article", "div", "p", "span", "h1", "h2", "h3", "ul", "li", "dl", "dt", "dd", "a"}
TAGS |= {"form", "input", "button", "label", "time", "mark", "strong", "blockquote", "details", "summary"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
"""What our page is made of; a stranger's words are none of it."""


def hostile(field: str) -> str:
    """Words that would run, load, link, close and fill in, if anything read them as more than words."""
    return (
        f"<script>{field}()</script><img src=//evil.example/{field} onerror={field}()>"
        f"\"'></td><b><a href=javascript:{field}()>x</a> {{{{ 7 * 7 }}}} {{% raw %}}"
    )


class HostileRelay(FakeRelay):
    """An upstream whose refusal is more than words."""

    def send(self, **mail: Any) -> str:
        if self.trouble:
            self.trouble.clear()
            raise MailRefused(550, hostile("server"), CUSTOMER)
        return super().send(**mail)


@pytest.fixture
def desktop() -> FakeDesktop:
    return FakeDesktop()


@pytest.fixture
def world(tmp_path: Path, desktop: FakeDesktop) -> Iterator[World]:
    """A day on which every field of ours holds somebody's hostile words."""
    world = World(path=tmp_path / "store.db", after="send")
    world.upstream = HostileRelay()
    details = replace(world.team.rules.summary, details="main_issue")
    world.change_rules(replace(world.team.rules, summary=details))
    kinds: frozenset[Kind] = frozenset(get_args(Kind))
    world.start(desktop=kinds)
    announcer = Announcer(world.desk.office, desktop)
    for number in range(3):
        world.customer_writes(
            THANKS, sender=f'"{_quoted("name")}" <k{number}@kind.example>', subject="Thanks"
        )
    world.customer_writes(
        f"This is the third time I am asking where order 4711 with {hostile('issue')} is, and nobody calls."
        f" It is completely unacceptable. {hostile('text')}",
        sender=f'"{_quoted("name")}" <{CUSTOMER}>',
        subject=f"Order {TURNED}{hostile('subject')}",
    )
    world.look()
    answer = {"answers": "<customer.4@acme.example>", "subject": f"Re: {hostile('answer')}"}
    world.rep_sends(world.reply(f"I am sorry you feel {hostile('reply')}, but as I told you.", **answer))
    announcer.look()
    world.upstream.trouble = ["no rcpt"]
    world.asks("release", "r1", hostile("reason"))
    world.forward(seconds=1)
    world.rep_sends(world.reply(f"I will call {hostile('promise')} by 4 pm.", answers="", subject="A call"))
    world.rep_sends(world.reply("Another.", message_id="<two@example.com>", **answer))
    world.asks("withdraw", "r2")
    with world.store.begin() as records:
        world.desk.office.tell(records, REP, "imap", f"The mailbox cannot be watched: {hostile('imap')}")
    world.forward(minutes=3)
    announcer.look()
    world.look()
    yield world
    world.close()


def _quoted(field: str) -> str:
    return hostile(field).replace("\\", "\\\\").replace('"', '\\"')


def browser(world: World, folder: Path) -> TestClient:
    key = PageKey.of(folder)
    templates = resource_root("templates") / "web"
    page = application(world.desk.office, key, port=PORT, templates=templates, stopping=lambda: False)
    client = TestClient(page, base_url=f"http://127.0.0.1:{PORT}")
    client.get(key.link(f"http://127.0.0.1:{PORT}"))
    return client


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", {"issue", "subject", "answer", "reply", "server", "promise", "imap"}),
        ("/accounts", set()),  # a name like this is none: the note greets nobody by it
        ("/history", {"answer", "reason"}),
        (f"/history?q={hostile('search')[:60]}", {"search"}),
    ],
)
def test_on_the_page_they_are_only_words(world: World, tmp_path: Path, path: str, shown: set[str]) -> None:
    client = browser(world, tmp_path)
    html = client.get(path).text
    client.close()
    harmless(html)
    for field in shown:
        assert f"{field}()" in html, "it is shown"


def harmless(html: str) -> None:
    """Nothing on it but what we put there: no element, no attribute, no address of anybody else."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    elements = [each for each in tree.iter() if isinstance(each.tag, str)]
    assert {each.tag for each in elements} <= TAGS
    for each in elements:
        assert not [name for name in each.attrib if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action"):
            assert re.match(r"/(?!/)|data:,$|#|$", each.get(name, ""))
    assert [each.get("src") for each in elements if each.tag == "script"] in ([], ["/page.js"])
    assert not [each for each in elements if each.tag == "script" and each.text]
    assert "49" not in re.sub(r"[0-9a-f]{64}|\d{4}-\d\d-\d\d[^\"]*|\d\d:\d\d", "", html)


def test_in_the_managers_mail_they_are_only_words(world: World) -> None:
    with world.store.begin() as records:
        mail = summary_mail(world.desk.office, records, world.team, "")
    assert "issue()" in mail.text
    assert "<script" not in mail.html
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail.html)
    tags = {each.tag for each in tree.iter() if isinstance(each.tag, str)}
    assert not tags & {"script", "a", "b", "form", "iframe"}
    for each in tree.iter("img"):
        assert each.get("src").startswith("cid:")
    for text in (mail.subject, mail.text, mail.html):
        assert TURNED not in text
        assert "49" not in text
    world.asks("summary")
    headers_are_ours(next(taken.raw for taken in world.upstream.taken if taken.rcpt_tos == (MANAGER,)))


def test_in_the_notices_mail_they_are_only_words(world: World) -> None:
    mails = [x.raw for x in world.server.inside("INBOX") if b"X-Triage-Notice" in x.raw]
    assert mails
    for raw in mails:
        headers_are_ours(raw)
    text = "".join(part.get_content() for part in map(parsed, mails))
    assert "server()" in text, "the server's words are in the mail, as text"
    assert "49" not in text


def headers_are_ours(raw: bytes) -> None:
    """No header, no part and no recipient that we did not write."""
    mail = parsed(raw)
    known = {
        "Date",
        "Message-ID",
        "From",
        "To",
        "Subject",
        "Auto-Submitted",
        "X-Triage-Notice",
        "MIME-Version",
    }
    assert set(mail.keys()) <= known | {"Content-Type", "Content-Transfer-Encoding"}
    assert [part.get_content_type() for part in mail.walk() if part.is_attachment()] == []


@pytest.mark.usefixtures("world")
def test_on_the_desktop_they_are_one_plain_line(desktop: FakeDesktop) -> None:
    assert any("subject()" in text for _, text in desktop.shown)
    for title, text in desktop.shown:
        assert title.isprintable()
        assert text.isprintable()
        assert TURNED not in title + text
        for body in ("reply()", "text()", "issue()", "promise()"):
            assert body not in title + text


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found
