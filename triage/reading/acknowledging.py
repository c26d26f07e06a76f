"""Whether a reply names the customer's matter: a fact of it, a thing in it, or the same kind of trouble.

Which matter that is, `issues` says. Words that would stand in just any mail, and those that say the same
("late", "delayed", "waiting"), are data (data/matters.toml).
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

from triage.reading.particulars import facts_of
from triage.reading.sentences import LIMIT, words_of

_SHORTEST = 4
_STEM = 0.6
"""Two words are forms of one where they share this much of the shorter one."""
_DIGITS = re.compile(r"\d{2,}")


def names_matter(text: str, issue: str) -> bool:
    """Whether the text speaks of what the issue's sentence says, and not just of any matter."""
    numbers = {number for fact in facts_of(issue) for number in _DIGITS.findall(fact)}
    if numbers & set(_DIGITS.findall(text)):
        return True
    said, asked = (frozenset(words_of(each[:LIMIT])) for each in (text, issue))
    telling = [word for word in asked - _matters().commonplace if len(word) >= _SHORTEST]
    if any(_akin(word, other) for word in telling for other in said):
        return True
    return any(asked & kin and said & kin for kin in _matters().kin)


def _akin(one: str, other: str) -> bool:
    """Whether two words are forms of one: "leaks" and "leaking"."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return shared >= max(_SHORTEST, _STEM * min(len(one), len(other)))


class _Matters(NamedTuple):
    commonplace: frozenset[str]
    kin: tuple[frozenset[str], ...]


@cache
def _matters() -> _Matters:
    data = tomllib.loads(files(__package__).joinpath("data/matters.toml").read_text("utf-8"))
    return _Matters(frozenset(data["commonplace"]), tuple(map(frozenset, data["kin"])))
