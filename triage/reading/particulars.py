"""What a mail says to be exact: numbers, dates, amounts, products; what is asked for, how often, and by when.

All of it in the writer's own words. Which sentence it is looked for in is for `issues`.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from triage.reading.books import search
from triage.reading.sentences import Sentence

MOST = 6
"""More facts than these nobody repeats."""


class FactKind(StrEnum):
    """What a fact is; the names are those of the groups below."""

    NUMBER = "number"
    """Of an order, an invoice, a ticket and the like."""
    DATE = "date"
    AMOUNT = "amount"
    PRODUCT = "product"


_CASES = {"i": "iIİı", "s": "sSſ"}
"""Letters that have more than two cases for `re.IGNORECASE`."""


def _one_of(patterns: str) -> str:
    """Any of these, with blanks between them and `_` for one within. Each begins with a letter, and stands by
    it in the pattern: one look at a word spares the try of nearly all of them.
    """
    by_letter: dict[str, list[str]] = {}
    for pattern in patterns.split():
        by_letter.setdefault(pattern[0], []).append(pattern[1:].replace("_", "[ ]"))
    begun = (
        f"(?-i:[{_CASES.get(letter, letter + letter.upper())}])(?:{'|'.join(rests)})"
        for letter, rests in by_letter.items()
    )
    return f"(?:{'|'.join(begun)})"


_LABEL = _one_of(
    r"order invoice inv ticket case p\.?o purchase_order quote quotation rma ref reference contract"
    " shipment delivery_note account customer auftrag bestellung rechnung lieferschein vertrag"
    " commande facture contrat pedido factura contrato"
)
_ARTICLE = _one_of("batch lot part article serial model charge artikel lote")
_NUMBER = (
    r"(?:(?:no|nr|number|num|nummer|id)\b\.?|n°|\#)?[ \t]?[:\#]?[ \t]?(?=[a-z-]{0,6}\d)[\w-][\w/-]{1,29}"
)
_MONTH = (
    _one_of(
        "jan(?:uar[yi]?|vier)? enero feb(?:ruar[yi]?|rero)? f[ée]v(?:rier)? m[aä]r(?:ch|z|s|zo)? apr(?:il)?"
        " avr(?:il)? abr(?:il)? ma[iy]o? june? juni juin junio jul[iy]? juil(?:let)? julio aug(?:ust)?"
        " ao[uû]t agosto sept? sept(?:ember|embre|iembre) o[ck]t(?:ober|obre|ubre)?"
        " nov(?:ember|embre|iembre)? de[cz](?:ember)? d[ée]c(?:embre)? dic(?:iembre)?"
    )
    + r"\b"
)
_FACT = re.compile(
    rf"""
    (?:\b(?=\w)|(?=[$€£\#]))(?:(?=\D{{0,40}}\d)(?:                      # no look where no number is near
      (?P<number>{_LABEL}s?\.?[ \t]?{_NUMBER})                                             # order 4711
    | (?P<labelled>{_ARTICLE}s?\.?[ \t]?{_NUMBER})                                         # part 12-A
    | (?P<amount>[$€£][ \t]?\d[\d.,'’]{{0,15}}(?<=\d)(?:[ \t]?[km]\b)?                    # $12,400
      | \b(?:eur|usd|gbp|chf)[ \t]?\d[\d.,'’]{{0,15}}(?<=\d)                              # EUR 300
      | \b\d[\d.,'’]{{0,15}}[ \t]?(?:eur|usd|gbp|chf|euros?|dollars?|pounds|€|\$|%)(?!\w)  # 300 EUR
      | \b\d{{1,4}}k\b)                                                                  # 40k
    | (?P<date>\b\d{{4}}-\d{{2}}-\d{{2}}\b
      | \b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b | \b\d{{1,2}}/\d{{1,2}}\b
      | \b\d{{1,2}}(?:st|nd|rd|th|\.)?[ \t](?:(?:of|de)[ \t])?{_MONTH}(?:[ \t]\d{{4}})?      # 3rd of March
      | {_MONTH}[ \t]\d{{1,2}}(?:st|nd|rd|th)?\b)                                         # March 3
    | (?P<product>\b[a-z]{{1,5}}-?\d[\w-]{{1,20}}\b | \b(?:ral|dn|iso|din)[ ]\d{{2,5}}\b)  # AX-200, RAL 7016
    | (?P<bare>\#\d{{2,12}}\b | \b\d{{5,14}}\b)                                           # #77
    ) | (?P<weekday>(?=[lntmwfs])
        (?:{_one_of("last next this")}[ ] | (?<!by[ ])(?<!before[ ])(?<!until[ ])(?<!than[ ]))
        {_one_of("mon tues wednes thurs fri satur sun")}day\b))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NEAR, _REACH = re.compile(r"[\dyY](?:(?<=\d)\d*|(?<=[nsirſıNSIRİ][Dd][Aa].))"), 50
"""A figure, or the end of a weekday: no fact begins farther before the first of them that it holds."""
_BEGINNING = re.compile(r"\w+|[$€£#]")
"""With what a fact may begin: to try each of these near a figure is sooner done than to search all of it."""
_NAMES = {"labelled": FactKind.PRODUCT, "bare": FactKind.NUMBER, "weekday": FactKind.DATE} | {
    str(kind): kind for kind in FactKind
}
_PINS_DOWN = frozenset({FactKind.NUMBER, FactKind.DATE})


def facts_of(text: str) -> tuple[str, ...]:
    """Numbers, dates, amounts and products, as they are written."""
    return _first(fact for fact, _ in _facts(text))


def fact_kind(fact: str) -> FactKind | None:
    """What one fact of `facts_of` is; None for another text."""
    return next((kind for _, kind in _facts(fact)), None)


def facts_to_repeat(sentence: str, message: str) -> tuple[str, ...]:
    """The sentence's; where it names no number and no date, those of the message too."""
    own = _facts(sentence)
    if any(kind in _PINS_DOWN for _, kind in own):
        return _first(fact for fact, _ in own)
    return _first(
        fact for fact, kind in (*own, *_facts(message)) if (fact, kind) in own or kind in _PINS_DOWN
    )


def times_asked(sentences: Iterable[Sentence]) -> str:
    """How often they have asked: "third time", "wrote twice"; empty where that is not said."""
    for sentence in sentences:
        matches = search(sentence.words).request
        ours = {at for match in matches if match.name == "ours" for at in range(match.first, match.last)}
        for match in matches:
            told = match.name == "asked" or (match.name == "again" and not match.first)
            if told and match.first not in ours:
                (start, _), (_, end) = sentence.spans[match.first], sentence.spans[match.last - 1]
                return _on_one_line(sentence.text[start:end])
    return ""


def wanted(sentences: Sequence[Sentence]) -> str:
    """The sentence that says what to do about it: the first request, else the last question."""
    for sentence in sentences:
        matches = search(sentence.words).request
        if any(match.name == "wants" or (match.name == "does" and not match.first) for match in matches):
            return _on_one_line(sentence.text)
    questions = [each for each in sentences if each.text.rstrip().endswith("?") and not _vents(each)]
    return _on_one_line(questions[-1].text) if questions else ""


def _vents(question: Sentence) -> bool:
    """Whether it waits for no answer."""
    return any(match.name == "vents" for match in search(question.words).request)


_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
_SOON = (
    "today|tonight|tomorrow|this (?:morning|afternoon|evening|week|month)|heute|morgen|diese woche"
    "|aujourd['’]hui|demain|cette semaine|hoy|mañana|esta semana"
)
_COUNT = (
    r"\d{1,3}|an?|the|one|two|three|four|five|six|seven|eight|ten|twelve|zwei|drei|vier|fünf|acht|zehn"
    "|deux|trois|cinq|huit|dix|quinze|dos|tres|cinco|ocho|diez|quince"
)
_UNIT = (
    "(?:working |business )?(?:hour|day|week|month|minute)s?|stunden?|tagen?|wochen?|heures?|jours?|semaines?"
)
_CLOCK = (
    r"\d{1,2}(?:[:.]\d{2}|h\d{2}|(?: ?(?:am|pm|uhr|h|o'clock)\b))|noon|midday|midnight|five|six|mittag|midi"
    r"|\d{1,2}(?=\s*(?:$|[.,;!?)]|today|tomorrow|tonight|sharp|or|and|on|at the latest))"
)
_PART = "noon|morning|evening|night|mittag|abend|früh|midi|soir"
_TIME = (
    r"end of (?:the |next )?(?:day|week|month|business)|close of business|then|(?:the )?weekend"
    rf"|(?:{_SOON})(?: (?:{_PART}))?|(?:{_DAY})(?: (?:{_PART}))?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)? (?:(?:of|de) )?{_MONTH}|{_MONTH} \d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)"
    rf"|(?:{_CLOCK})(?: (?:(?:on )?(?:{_DAY})|{_SOON}))?"
)
_UP_TO = _one_of(
    "no_later_than by before until till bis(?:_zum|_spätestens)? vor avant(?:_le)? d['’]ici(?:_à)? antes_del?"
)
_ON_DAY = _one_of("avant_le antes_del vor_dem bis_zum")
_WITHIN = _one_of("within in_the_next binnen innerhalb_von sous")
_BY = re.compile(
    rf"\b(?:{_UP_TO}\s(?:the |next |this |le |el )?(?:{_TIME})"
    rf"|{_ON_DAY}\s\d{{1,2}}\.?"
    rf"|{_WITHIN}\s(?:the next )?(?:{_COUNT}) (?:{_UNIT}))(?!\w)",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(rf"\b(?:{_SOON}|now|immediately|at once|sofort)\b", re.IGNORECASE)


def by_when(request: str, message: str) -> str:
    """The time that they set, in what they ask for, else anywhere; empty where there is none."""
    found = _BY.search(request) or _AT_ONCE.search(request) or _BY.search(message)
    return _on_one_line(found[0]) if found else ""


def _facts(text: str) -> list[tuple[str, FactKind]]:
    found: list[tuple[str, FactKind]] = []
    at = 0
    while near := _NEAR.search(text, at):
        begun = _BEGINNING.finditer(text, max(at, near.start() - _REACH), near.end())
        at = near.end()
        for beginning in begun:
            if match := _FACT.match(text, beginning.start()):
                found.append((_on_one_line(match[0]), _NAMES[match.lastgroup or ""]))
                at = match.end()
                break
    return found


def _first(facts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts))[:MOST]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
