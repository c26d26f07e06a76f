"""The people in From, To, Cc and the like: RFC 5322's address lists, and what clients make of them."""

import re
from collections.abc import Callable, Mapping

from triage.reading.decoding import decode_words, one_line

_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*")
    | (?P<comment>\([^()]*\))
    | (?P<angle><[^<>]*>)
    | (?P<mark>[,;:])
    | (?P<plain>[^",;:()<>]+)
    | .""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# From the start of a word only: tried at each letter, a very long name takes minutes.
_BARE = re.compile(r"(?<![^\s@\"<>])[^\s@\"<>]+@[^\s@\"<>]+")
_LONGEST_NAME = 20
"""Tokens that may stand before an address; more are no name with a comma in it."""


def people(value: str) -> list[tuple[str, str]]:
    """Name and address of every mailbox in a header's value, groups opened; what has no address is left out.

    The address is the addr-spec in lower case. `Doe, Jane <j@x>`, quotes forgotten, is one person.
    """
    found: list[tuple[str, str]] = []
    kept: list[re.Match[str]] = []
    for token in _TOKEN.finditer(f"{value},"):
        if token.lastgroup != "mark":
            kept.append(token)
        elif token[0] == ":":  # what stood before it is the name of a group
            kept.clear()
        else:
            person = _person(kept) if any("@" in each[0] for each in kept) else None
            found += [person] if person else []
            if person or token[0] == ";" or len(kept) > _LONGEST_NAME:
                kept.clear()
            elif kept:
                kept.append(token)
    return found


def _person(tokens: list[re.Match[str]]) -> tuple[str, str] | None:
    words = "".join(_NAME_PART[t.lastgroup](t[0]) for t in tokens if t.lastgroup in _NAME_PART)
    angle = next((t[0][1:-1] for t in tokens if t.lastgroup == "angle" and "@" in t[0]), "")
    spec = "".join(angle.rpartition(":")[2].split())  # after an old route: <@relay:jane@x>
    if "@" not in spec:
        bare = _BARE.search(words)
        if not bare:
            return None
        spec = bare[0]
        words = words.replace(spec, "")
    comment = next((t[0][1:-1] for t in tokens if t.lastgroup == "comment"), "")
    shown = one_line(decode_words(words)) or one_line(decode_words(comment))
    return shown.strip(" ,'\""), one_line(spec).strip("'").lower()


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(r"\1", text[1:-1])


_NAME_PART: Mapping[str | None, Callable[[str], str]] = {
    "quoted": _unquoted,
    "plain": str,
    "mark": "{} ".format,
}
