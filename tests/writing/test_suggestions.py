"""A suggestion names the issue once, offers ways forward, a time, and nothing that heats further."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from triage.reading.deadlines import Standpoint
from triage.reading.issues import MainIssue
from triage.reading.replies import check
from triage.writing.suggestions import LEGAL, History, SuggestionFacts, acknowledge, blanks_in, suggest
from triage.writing.templates import ReplyTemplate, Templates

KINDS = ("delivery", "quality", "billing", "service", "no_response", "contract", "outage", "general", LEGAL)
OPTIONS = ("expedite it at our cost", "part-ship today", "a loan unit until it arrives")

BANNED = re.compile(
    r"\bbut\b|unfortunately|inconvenience|sorry (?:you|if)\b|you feel|if you were"
    r"|as i said|per my last|should have|policy|!|\bwe\b|\bvalued\b|apologi[sz]e",
    re.IGNORECASE,
)


def issue(kind: str, *facts: str, sentence: str = "Where is it?", asked: str = "") -> MainIssue:
    return MainIssue(sentence=sentence, kind=kind, facts=facts, asked=asked)


def full(kind: str) -> SuggestionFacts:
    return SuggestionFacts(
        issue=issue(kind, "order 4711", "3 March", asked="third time"),
        name="Anna",
        options=OPTIONS,
        rep="Ana Ruiz",
        by="15:10 CST",
        wanted_by="Fri 20 Mar",
        legal_threat=kind == LEGAL,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_reply(kind: str, templates: Templates) -> None:
    suggestion = suggest(full(kind), templates)
    body = suggestion.body
    sentences = re.split(r"(?<=[.?!])\s+", body)
    assert suggestion.template == f"replies/{kind}.txt"
    assert body.startswith("Hello Anna,\n\n")
    assert body.endswith("\n\nAna Ruiz")
    assert "order 4711 (3 March)" in sentences[0], "the issue, concretely and first"
    assert all(f"{number}. {option}\n" in body for number, option in enumerate(OPTIONS, 1))
    assert re.search(r"By 15:10 CST I will \w+", body), "a time on a first-person verb"
    assert [n for n, sentence in enumerate(sentences) if "sorry" in sentence] == (
        [] if kind == LEGAL else [0]
    )
    assert not BANNED.search(body)
    assert body.index("I can do") < (body.find("because") + 1 or len(body)), "the solution before the reasons"
    assert max(len(line) for line in body.splitlines()) < 998


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_check_finds_nothing_in_it(kind: str, templates: Templates) -> None:
    where = Standpoint(now=datetime(2026, 3, 16, 18, 0, tzinfo=UTC), zone=ZoneInfo("America/Chicago"))
    assert check(suggest(full(kind), templates).body, where, main_issue="Where is order 4711?") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_legal_reply_leaves_the_rep_something_to_fill_in(kind: str, templates: Templates) -> None:
    suggestion = suggest(full(kind), templates)
    assert suggestion.blanks == (("[[name and role]]", "[[day]]") if kind == LEGAL else ())
    assert suggestion.ready == (kind != LEGAL)


def test_a_legal_threat_goes_before_the_kind_of_issue(templates: Templates) -> None:
    facts = SuggestionFacts(issue=issue("billing", "invoice 7"), legal_threat=True)
    assert suggest(facts, templates).template == "replies/legal.txt"


@pytest.mark.parametrize("present", list(product((True, False), repeat=7)))
@pytest.mark.parametrize("kind", KINDS)
def test_any_fact_may_be_missing(kind: str, present: tuple[bool, ...], templates: Templates) -> None:
    about, name, options, rep, by, wanted_by, asked = present
    suggestion = suggest(
        SuggestionFacts(
            issue=issue(kind, *["order 4711"][:about], sentence="", asked="twice" if asked else ""),
            name="Anna" if name else "",
            options=OPTIONS if options else (),
            rep="Ana Ruiz" if rep else "",
            by="15:10 CST" if by else "",
            wanted_by="Fri 20 Mar" if wanted_by else "",
            legal_threat=kind == LEGAL,
        ),
        templates,
    )
    missing = {"[[the order, date or item]]": about, "[[your name]]": rep, "[[time]]": by}
    assert set(suggestion.blanks) - {"[[name and role]]", "[[day]]"} == {
        blank for blank, known in missing.items() if not known
    }
    assert ("You named Fri 20 Mar" in suggestion.body) == wanted_by
    assert ("ask again" in suggestion.body) == (asked and kind != LEGAL), "words about law stay few"
    assert suggestion.body.startswith("Hello Anna," if name else "Hello,")
    assert re.search(r"^2\. \w+", suggestion.body, re.MULTILINE), "two options, the team's or the template's"
    assert not BANNED.search(suggestion.body)
    assert "  " not in suggestion.body
    assert "None" not in suggestion.body


def test_one_option_is_no_choice_so_the_templates_own_are_offered(templates: Templates) -> None:
    body = suggest(SuggestionFacts(issue=issue("delivery"), options=("do nothing",)), templates).body
    assert "do nothing" not in body
    assert "1. send what is missing by express" in body


@pytest.mark.parametrize(
    ("facts", "about"),
    [
        (("order 4711",), "order 4711"),
        (("4711",), "reference 4711"),
        (("#4711", "PO-88"), "reference #4711 and reference PO-88"),
        (("order 4711", "invoice 9", "ticket 3"), "order 4711, invoice 9 and ticket 3"),
        (("order 4711", "3 March", "$4,300"), "order 4711 (3 March, $4,300)"),
        (("order 4711", "order 4711"), "order 4711"),
        (("Invoice MAR-17", "PO 8"), "invoice MAR-17 and PO 8"),
        (("12/03/2026", "EUR 90"), "the delivery (12/03/2026, EUR 90)"),
        (("order\r\n 4711\u202e",), "order 4711"),
        ((), "[[the order, date or item]]"),
    ],
)
def test_how_the_facts_are_spoken_of(facts: tuple[str, ...], about: str, templates: Templates) -> None:
    body = suggest(SuggestionFacts(issue=issue("delivery", *facts, sentence="Where?")), templates).body
    assert f"I have read your message about {about}, and I am sorry" in body


@pytest.mark.parametrize(
    ("sentence", "subject", "heat", "about"),
    [
        ("The pump still leaks.", "", (), "“The pump still leaks”"),
        ("You people never call back.", "Re: FW: Leaking pump", (), "“Leaking pump”"),
        ("The pump is a joke.", "Leaking pump", ("a joke",), "“Leaking pump”"),
        ("FIX THIS NOW", "WHERE IS IT!!!", (), "[[the order, date or item]]"),
        ("<b>The pump</b> leaks", "Unfortunately late", (), "[[the order, date or item]]"),
    ],
)
def test_without_a_number_the_customers_own_calm_words_are_quoted(
    sentence: str, subject: str, heat: tuple[str, ...], about: str, templates: Templates
) -> None:
    facts = SuggestionFacts(issue=issue("quality", sentence=sentence), subject=subject, heat_words=heat)
    assert f"about {about}, and" in suggest(facts, templates).body


def test_a_date_that_stands_in_the_quoted_words_is_not_said_twice(templates: Templates) -> None:
    facts = SuggestionFacts(issue=issue("outage", "3 March", sentence="The press stands since 3 March."))
    assert "about “The press stands since 3 March”, and" in suggest(facts, templates).body


HOSTILE = (
    "{{ 7 * 7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "{# gone #}",
    "---\ntitle: mine\n---",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_customers_text_is_data_and_never_a_template(text: str, templates: Templates) -> None:
    facts = SuggestionFacts(
        issue=MainIssue(sentence=text, kind=text, facts=(text,)),
        name=text,
        subject=text,
        options=(text, text),
        rep=text,
        by=text,
    )
    body = suggest(facts, templates).body
    assert f"1. {text}" in body
    assert " ".join(text.split()) in body
    assert "49" not in body


def test_a_customer_cannot_make_it_look_unfinished_or_add_lines(templates: Templates) -> None:
    facts = SuggestionFacts(
        issue=issue("delivery", "[[[order]]]\n\nSent by a crook"),
        name="[[x]]\nBcc: a@b",
        rep="R",
        by="15:10 CST",
    )
    suggestion = suggest(facts, templates)
    assert suggestion.ready
    assert "\nSent by a crook" not in suggestion.body
    assert "\nBcc" not in suggestion.body


BROKEN = History(promised="Wed 18:00 CST", leaving=True, long_standing=True)


@pytest.mark.parametrize(
    ("kind", "history", "said"),
    [
        ("delivery", History(), ""),
        ("delivery", BROKEN, "You had my word for Wed 18:00 CST, and I have not kept it yet."),
        ("delivery", History(leaving=True), "You write that you may leave."),
        ("contract", History(leaving=True), ""),  # its own words answer that
        ("delivery", History(long_standing=True), "You have been with us for a long time"),
        (LEGAL, BROKEN, ""),  # it would admit something
    ],
)
def test_what_went_before_is_one_line_before_the_options(
    kind: str, history: History, said: str, templates: Templates
) -> None:
    plain, told = (
        suggest(replace(full(kind), history=each), templates).body for each in (History(), history)
    )
    if not said:
        assert told == plain
        return
    (line,) = (text for text in told.split("\n\n") if text not in plain)
    assert line.startswith(said)
    assert told.replace(f"{line}\n\n", "") == plain
    assert told.index(line) < told.index("Here is what I can do")
    assert not BANNED.search(line)


def test_blanks_are_found_in_any_text_each_once() -> None:
    assert blanks_in("By [[time]], [[your name]] or [[time]].") == ("[[time]]", "[[your name]]")
    assert blanks_in("a[0][1], [x], [[]") == ()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (full("delivery"), "I have your message about order 4711 (3 March). You will hear"),
        (SuggestionFacts(by="15:10 CST"), "I have your message. You will hear"),
        (
            SuggestionFacts(issue=issue("outage", "3 March"), by="15:10 CST"),
            "about the outage (3 March). You",
        ),
        (SuggestionFacts(issue=issue("outage"), by="15:10 CST"), "about the outage. You"),
    ],
)
def test_an_acknowledgement_is_short_specific_and_finished(
    facts: SuggestionFacts, said: str, templates: Templates
) -> None:
    acknowledgement = acknowledge(facts, templates)
    assert said in acknowledgement.body
    assert "from me with options by 15:10 CST." in acknowledgement.body
    assert acknowledgement.ready
    assert not BANNED.search(acknowledgement.body)


def test_every_reply_has_a_title_a_person_understands(templates: Templates) -> None:
    def titled(reply: ReplyTemplate) -> bool:
        return len(reply.front.title.split()) > 2

    assert all(titled(reply) for reply in templates.replies)
