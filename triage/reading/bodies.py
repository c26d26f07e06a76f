"""Which of a message's parts is the letter, and what it says, with and without the history."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from triage.reading import quotes
from triage.reading.decoding import clean, decode_charset
from triage.reading.hypertext import all_text, to_text
from triage.reading.parts import Part, Tree

_MOST_BYTES = 600_000
"""Encoded bytes read of one text part: more than anybody writes, in any encoding."""
_MOST_TEXT = 200_000

_MARKUP = re.compile(r"\s*(?:<!doctype|<html|<head|<body|<div|<p>|<table|<meta)", re.IGNORECASE)
_STUB = re.compile(
    r"(?:your|this|ihr|votre) (?:e-?mail|mail) (?:client|program|reader|programm)\b.{0,80}\bhtml"
    r"|\bhtml\b.{0,60}(?:e-?mail client|capable|viewer|darstell)"
    r"|view (?:this )?(?:e-?mail )?in (?:your|a) browser",
    re.IGNORECASE | re.DOTALL,
)
_STUB_WORDS = 60
# From its first letter on: looked for with the digits before it, a long line of digits takes for ever.
_LETTERS_AND_BLANKS = (string.ascii_letters + string.whitespace).encode()
_WORD = re.compile(r"[^\W\d_]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The letter of one message."""

    text: str = ""
    new_text: str = ""
    attachments: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def read_body(raw: bytes, tree: Tree) -> Body:
    """Read the letter; of everything else only name or type is noted, and nothing of it is decoded."""
    plain, rich = _letters(tree, "text/plain"), _letters(tree, "text/html")
    problems: list[str] = []
    text = _joined(raw, plain, problems)
    html = _joined(raw, rich, problems)
    letter, new = _chosen(text, html)
    others = (part for part in tree.leaves if part not in plain and part not in rich)
    return Body(
        text=letter,
        new_text=new,
        attachments=tuple(part.file_name or part.content_type for part in others),
        problems=tuple(problems),
    )


def read_text(text: str) -> Body:
    """Read a letter that comes as bare text, without a message around it."""
    letter, new = _chosen(clean(text[:_MOST_TEXT]), "")
    return Body(text=letter, new_text=new)


def _letters(tree: Tree, content_type: str) -> list[Part]:
    """The parts of this type that are no files; a first part is the letter, even if it has a file name."""
    return [
        part
        for place, part in enumerate(tree.leaves)
        if part.content_type == content_type and part.disposition != "attachment"
        if not part.file_name or place == 0
    ]


def _joined(raw: bytes, parts: Sequence[Part], problems: list[str]) -> str:
    """The parts' text in one; Apple Mail, for one, cuts a letter in two around a picture."""
    texts: list[str] = []
    for part in parts:
        if sum(map(len, texts)) > _MOST_TEXT:
            break
        data, undone = part.payload(raw, _MOST_BYTES)
        text, decoded = decode_charset(data, part.parameters.get("charset", ""))
        if part.end - part.start > _MOST_BYTES or len(text) > _MOST_TEXT:
            problems.append("text cut off, as it is too long")
            undone = ""
        problems.extend(filter(None, (undone, decoded)))
        texts.append(_unflowed(clean(text[:_MOST_TEXT]), part))
    return "\n".join(filter(str.strip, texts))[:_MOST_TEXT]


def _unflowed(text: str, part: Part) -> str:
    """Join the soft line breaks of format=flowed (RFC 3676): a blank at the end means "goes on"."""
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    joint = -1 if part.parameters.get("delsp", "").lower() == "yes" else None
    lines: list[tuple[str, list[str]]] = []
    goes_on = False
    for line in text.split("\n"):
        marks = line[: len(line) - len(line.lstrip(">"))]
        words = line[len(marks) :].removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        if goes_on and lines[-1][0] == marks and words != "-- ":
            lines[-1][1].append(words[:joint] if flows else words)
        else:
            lines.append((marks, [words[:joint] if flows else words]))
        goes_on = flows
    return "\n".join(f"{marks} {''.join(words)}" if marks else "".join(words) for marks, words in lines)


def _chosen(text: str, html: str) -> tuple[str, str]:
    """The letter and its new text: the plain form, unless it is HTML, or only stands in for it."""
    if not html and _MARKUP.match(text):
        text, html = "", text
    shown = to_text(html) if html and not _says_as_much(text, html) else ""
    if not shown or not _is_stand_in(text, shown):
        letter = quotes.tidy(text)
        return letter, quotes.new_text(letter)
    letter = quotes.tidy(clean(shown))
    marked = quotes.tidy(clean(to_text(html, history=False)))
    return letter, quotes.new_text(marked if _WORD.search(marked) else letter)


def _is_stand_in(text: str, shown: str) -> bool:
    words, full = len(_WORD.findall(text)), len(_WORD.findall(shown))
    return words * 3 < full or (full > 0 and _only_points(text, words))


def _says_as_much(text: str, html: str) -> bool:
    """Whether the plain form surely is no stand-in, as two quick and careful counts can tell."""
    fewest, _ = _about_how_many_words(text)
    _, most = _about_how_many_words(all_text(html))
    return fewest * 3 >= most and not _only_points(text, fewest)


def _about_how_many_words(text: str) -> tuple[int, int]:
    """At least and at most: what is no letter may be a piece without a word, or stand between two."""
    pieces = len(text.split())
    marks = len(text.encode("utf-8", "replace").translate(None, _LETTERS_AND_BLANKS))
    return pieces - marks, pieces + marks


def _only_points(text: str, words: int) -> bool:
    """Whether the plain form is markup, or tells of the other form in a few words."""
    return bool(_MARKUP.match(text) or (words < _STUB_WORDS and _STUB.search(text)))
