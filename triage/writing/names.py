"""The first name to greet a customer with; none is better than a wrong one."""

import re

from triage.writing.plain import one_line

_TITLES = frozenset(
    {"dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "mme", "ing", "dipl"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "phd", "md", "mba", "esq", "cpa", "pe", "msc", "bsc"})
_NOT_A_PERSON = re.compile(
    r"[\d@&/|]|\b(?:ab|account(?:ing|s)|ag|admin|ap|ar|bv|buy(?:er|ing)|co|company|corp|customers?|department|dept"
    r"|desk|finance|gmbh|group|help(?:desk)?|inc|info|invoices?|kg|limited|ll[cp]|logistics|ltd|mail|no-?reply"
    r"|office|operations|orders?|plc|procurement|purchas(?:e|ing)|reception|sa|sales|sarl|services?|shop|spa|srl"
    r"|store|supply|support|systems|team|the|warehouse)\b",
    re.IGNORECASE,
)


def greeting_name(display_name: str) -> str:
    """The first name in a mailbox's display name; empty where it is not plainly a person's."""
    name = re.sub(r"\(.*?\)|\[.*?\]|[\"“”]|\bvia\b.*", " ", one_line(display_name, 100)).strip(" '")
    family, comma, given = name.partition(",")
    suffixed = all(_plain(word) in _SUFFIXES for word in given.split())
    words = (family if not comma or suffixed else f"{given} {family}").split()
    if _NOT_A_PERSON.search(" ".join(words)):
        return ""
    titled = bool(words) and _plain(words[0]) in _TITLES
    words = [word for word in words if _plain(word) not in _TITLES | _SUFFIXES]
    if not words or (len(words) == 1 and (titled or words[0].isupper())):
        return ""  # "Dr. Meier" is a family name, "ACME" a company
    return _first_name(words[0])


def _plain(word: str) -> str:
    return word.strip(".,").replace(".", "").casefold()


def _first_name(word: str) -> str:
    """As it is written, save for all capitals and all small; nothing for an initial."""
    if len(word.rstrip(".")) < 2 or "." in word or not re.fullmatch(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", word):
        return ""
    if word.upper() == word.lower():
        return ""  # scripts without capitals do not tell which name comes first
    odd = word.isupper() or word.islower()
    return "-".join(part.capitalize() for part in word.split("-")) if odd else word
