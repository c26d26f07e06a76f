"""Does a later reply keep a promise? Only where it says so plainly: what is in doubt, the rep is asked about.

A promise to be heard from ("I'll get back to you by four") is kept by any later reply. Of any other the
reply must tell that it is done, in words that both share: "I will credit the pump", "the pump is credited".
"""

import re

from triage.reading.sentences import split

_TO_BE_HEARD = re.compile(
    r"\b(?:get|come|circle|report) back\b"
    r"|\b(?:let you know|update you|keep you (?:posted|updated|informed))\b"
    r"|\b(?:hear|have (?:an? )?(?:\w+ ){0,3}(?:answer|reply|update|word)) from (?:me|us)\b"
    r"|\b(?:answer|reply to|respond to|write to|e-?mail|write) you\b|\b(?:reply|respond|follow up)\b"
    r"|\bhave (?:an? )?(?:\w+ ){0,3}(?:answer|reply|update) (?:for|to) you\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:have|has|'ve|’ve|had) (?:now |just |already |also )?(?:been )?\w+(?:ed|en|nt|ut|ne|id)\b"
    r"|\b(?:is|are|was|were) (?:now |just |already )?(?:\w+ed|sent|done|attached|out|paid)\b"
    r"|\bon (?:its|their|the) way\b|\b(?:went|gone) out\b|\b(?:here|attached|enclosed|below) (?:is|are|you)\b"
    r"|\bas (?:i |we )?promised\b",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(r"\b(?:not|n't|n’t|never|nothing|will be|delayed|unfortunately)\b", re.IGNORECASE)
_AS_PROMISED = re.compile(r"\bas (?:(?:i|we) )?(?:promised|said (?:i|we) would|agreed)\b", re.IGNORECASE)
_WORD = re.compile(r"\b\d{3,}\b|[^\W_]{4,}")
_SAY_NOTHING = (
    "will shall this that with from your yours have been them they their then today tomorrow tonight morning "
    "afternoon evening week month monday tuesday wednesday thursday friday saturday sunday make sure going "
    "latest before within hours minutes days noon close business next first thing personally can call"
)
_EMPTY = frozenset(_SAY_NOTHING.split())
_IRREGULAR = {
    "sent": "send",
    "paid": "pay",
    "gave": "give",
    "given": "give",
    "brought": "bring",
    "made": "make",
}
_SHARED = 2
"""So many words of the promise must come back, or all where there are fewer."""


def keeps(promise: str, reply: str) -> bool:
    """Whether a later reply to the same customer, on the same thread, plainly does what was promised."""
    if _TO_BE_HEARD.search(promise):
        return True
    wanted = _stems(promise)
    return any(_tells(sentence.text, wanted) for sentence in split(reply))


def _tells(sentence: str, wanted: frozenset[str]) -> bool:
    """Whether a sentence says that it is done, of the same numbers; "as promised" needs one word less."""
    if _NOT_DONE.search(sentence) or not _DONE.search(sentence) or sentence.rstrip().endswith("?"):
        return False
    needed = min(1 if _AS_PROMISED.search(sentence) else _SHARED, len(wanted))
    said = _stems(sentence)
    numbers = {stem for stem in wanted if stem.isdigit()}
    return needed > 0 and numbers <= said and len(wanted & said) >= needed


def _stems(text: str) -> frozenset[str]:
    """Its telling words by their first letters: "ship", "shipped" and "shipping" are one."""
    words = (word.casefold() for word in _WORD.findall(text))
    telling = (_IRREGULAR.get(word, word) for word in words if word not in _EMPTY)
    return frozenset(word if word.isdigit() else word[:4] for word in telling)
