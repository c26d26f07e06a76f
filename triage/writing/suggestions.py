"""Suggested replies: the issue named once, the solution first, options to choose from, a time.

The wording stands in `templates/replies/`; here the facts are put into words that fit it. What only the rep
can know stays a blank, `[[...]]`, and a suggestion with a blank is not ready to be sent.
"""

import re
from dataclasses import asdict, dataclass, replace

from triage.reading.issues import MainIssue
from triage.reading.particulars import FactKind, fact_kind
from triage.writing.plain import bare_subject, listed, one_line
from triage.writing.templates import ACKNOWLEDGEMENT, HISTORY, ReplyTemplate, Templates

LEGAL = "legal"
"""Goes before the kind of issue: words about law must admit nothing, and somebody else answers them."""


CONTRACT = "contract"
"""The kind of issue whose own words answer a customer who thinks of leaving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What went before with the customer."""

    promised: str = ""
    """The time of a promise to them that is broken: "Wed 18:00 CST"."""
    leaving: bool = False
    """They threaten to leave."""
    long_standing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFacts:
    """What a suggestion is made of. Texts may come from strangers as they are: they are cleaned here."""

    issue: MainIssue | None = None
    name: str = ""
    """The customer's first name, see `names.greeting_name`; empty where unknown."""
    subject: str = ""
    """That of the customer's message."""
    options: tuple[str, ...] = ()
    """The team's, for this kind of issue, the recommended one first."""
    rep: str = ""
    """The name the reply is signed with."""
    by: str = ""
    """The time of the next step, with its zone: "15:10 CST"."""
    wanted_by: str = ""
    """The time that the customer set: "Fri 20 Mar". Only where it can still be met."""
    heat_words: tuple[str, ...] = ()
    """The customer's heated words. What holds one of them is not quoted back."""
    legal_threat: bool = False
    history: History = History()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A text to start from, the template it came from, and what is still to fill in."""

    body: str
    template: str
    blanks: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """True where it could be sent as it stands."""
        return not self.blanks


def suggest(facts: SuggestionFacts, templates: Templates) -> Suggestion:
    """The reply to start from."""
    template = _template_for(facts, templates)
    about = about_what(facts, template.front.topic)
    body = templates.render(
        template.name,
        name=_said(facts.name, 40),
        about=about or "[[the order, date or item]]",
        options=facts.options if len(facts.options) > 1 else template.front.options,
        by=facts.by or "[[time]]",
        wanted_by=facts.wanted_by,
        asked=bool(facts.issue and facts.issue.asked),
        rep=_said(facts.rep, 80) or "[[your name]]",
        history=_history(facts, templates),
    )
    return Suggestion(body=body, template=template.name, blanks=blanks_in(body))


def acknowledge(facts: SuggestionFacts, templates: Templates) -> Suggestion:
    """The short word that goes out at once. It has no blank unless the time is missing."""
    topic = _template_for(facts, templates).front.topic
    body = templates.render(
        ACKNOWLEDGEMENT,
        name=_said(facts.name, 40),
        about=about_what(facts, topic) or topic,
        options=(),
        by=facts.by or "[[time]]",
        wanted_by="",
        asked=False,
        rep=_said(facts.rep, 80),
    )
    return Suggestion(body=body, template=ACKNOWLEDGEMENT, blanks=blanks_in(body))


def _history(facts: SuggestionFacts, templates: Templates) -> str:
    """Its line; none where law is threatened, for it would admit something."""
    if facts.legal_threat:
        return ""
    kind = facts.issue.kind if facts.issue else ""
    told = replace(facts.history, leaving=facts.history.leaving and kind != CONTRACT)
    return templates.render(HISTORY, **asdict(told)).strip()


def _template_for(facts: SuggestionFacts, templates: Templates) -> ReplyTemplate:
    known = {"name": facts.name, "about": about_what(facts, ""), "by": facts.by, "rep": facts.rep}
    kind = LEGAL if facts.legal_threat else facts.issue.kind if facts.issue else ""
    return templates.reply_for(kind, frozenset(word for word, value in known.items() if value))


_BLANK = re.compile(r"\[\[[^\[\]]*\]\]")


def blanks_in(text: str) -> tuple[str, ...]:
    """The blanks left in a text, each once, in order."""
    return tuple(dict.fromkeys(_BLANK.findall(text)))


def about_what(facts: SuggestionFacts, topic: str) -> str:
    """What fits after "your message about": numbers first, dates and amounts in brackets; else the customer's
    own words, where they can be quoted back. Empty where nothing can be said.
    """
    said = (_said(fact, 60) for fact in (facts.issue.facts if facts.issue else ()))
    cleaned = {fact.casefold(): fact for fact in said if fact}  # "Order 4711" of the subject is order 4711
    spoken = tuple(cleaned.values())[:5]
    details = tuple(fact for fact in spoken if _is_detail(fact))
    numbers = tuple(_with_noun(fact) for fact in spoken if fact not in details)
    head = listed(numbers) or _quoted(facts) or (topic if details else "")
    details = tuple(fact for fact in details if fact.casefold() not in head.casefold())
    return f"{head} ({', '.join(details)})" if head and details else head or listed(details)


def _is_detail(fact: str) -> bool:
    """A date or an amount; "invoice MAR-17" is neither."""
    return fact_kind(fact) in (FactKind.DATE, FactKind.AMOUNT)


def _with_noun(number: str) -> str:
    """ "order 4711" speaks for itself, without a sentence's capital; "4711" and "PO-4711" do not."""
    noun, space, rest = number.partition(" ")
    return f"{noun.lower() if noun.istitle() else noun} {rest}" if space else f"reference {number}"


_UNQUOTABLE = re.compile(
    r"[!?<>{}\[\]“”\"]|[A-Z]{2}\W+[A-Z]{2}"
    r"|(?i:\b(?:you|your|yours|u|but|unfortunately|sorry|apolog\w*|inconvenience)\b)"
)
"""Shouting, questions, mark-up, words about us, and words that no reply of ours should hold."""


def _quoted(facts: SuggestionFacts) -> str:
    """The main sentence, else the subject, in quotation marks: what speaks of the matter, not of us."""
    sentence = _said(facts.issue.sentence, 1000) if facts.issue else ""
    for text in (sentence, _said(bare_subject(facts.subject), 1000)):
        words = text.strip(" .:;,-")
        if 1 < len(words.split()) <= 14 and len(words) <= 90 and _quotable(words, facts.heat_words):
            return f"“{words}”"
    return ""


def _quotable(text: str, heat_words: tuple[str, ...]) -> bool:
    heated = any(word.casefold() in text.casefold() for word in heat_words if word)
    return not heated and not _UNQUOTABLE.search(text)


def _said(text: str, limit: int) -> str:
    """A stranger's text on one line. It cannot look like a blank of ours."""
    return re.sub(r"([\[\]])\1+", r"\1", one_line(text, limit))
