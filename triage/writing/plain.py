"""Strangers' text made fit for one line of ours: a header, a sentence, a row of the summary.

It cleans and cuts; it does not escape. HTML is escaped by `templates`, headers are encoded by `letters`.
"""

import re
import unicodedata

_JOINERS = "\u200c\u200d"
"""Invisible, and still part of how Persian words and many emoji are written."""


def one_line(text: str, limit: int = 200) -> str:
    """Fold white space, drop what is invisible or turns the direction of reading, cut with an ellipsis."""
    visible = "".join(_visible(character) for character in text[: 8 * limit])
    folded = " ".join(visible.split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"


def _visible(character: str) -> str:
    """The character, a space in place of a control, or nothing."""
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs" if character not in _JOINERS:
            return ""
        case _:
            return character


_PREFIXES = re.compile(
    r"^(?:(?:re|aw|antw|sv|vs|rv|odp|ref|rif|res|fwd?|wg|tr|enc)\s?(?:\[\d+\]|\(\d+\))?\s?[:：]\s*)+",
    re.IGNORECASE,
)


def bare_subject(subject: str) -> str:
    """The subject without the marks of replies and forwards before it."""
    return _PREFIXES.sub("", one_line(subject))


def listed(parts: tuple[str, ...]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
