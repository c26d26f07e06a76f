"""No text makes a pattern of ours, or a phrase of a team's, look for long.

Each compiled pattern in the program is tried on what such patterns are known to choke on, made of the
pattern's own words: 3,000 characters take milliseconds where the time is linear, and seconds where it is not.
"""

import re
import time
from collections import deque
from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import getsource
from pkgutil import walk_packages
from typing import Any, TypeAlias

import pytest

import triage
from triage.reading.heat import Tuning, assess
from triage.reading.phrases import compile_book
from triage.reading.sentences import words_of

LENGTH = 3_000
LIMIT = 0.02
"""Seconds of CPU for one pattern and one text, at the best of three tries."""

Pattern: TypeAlias = re.Pattern[str] | re.Pattern[bytes]


def patterns() -> dict[str, Pattern]:
    """Every pattern that stands in a module, by its place."""
    names = [info.name for info in walk_packages(triage.__path__, "triage.")]
    modules = [import_module(name) for name in names if not re.search(r"__main__|\.migrations", name)]
    return {
        f"{module.__name__}.{place}": pattern
        for module in modules
        for name, value in vars(module).items()
        for place, pattern in inside(name, value)
    }


def inside(name: str, value: object) -> Iterator[tuple[str, Pattern]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from inside(f"{name}[{key}]", each)
    elif isinstance(value, tuple | list | frozenset):
        for at, each in enumerate(value):
            yield from inside(f"{name}[{at}]", each)


PATTERNS = patterns()


def attacks(pattern: Pattern) -> Iterator[str]:
    """Long runs of the pattern's own words and of the marks that patterns are made of, and no match."""
    words = sorted(set(re.findall(r"\w[\w' -]*", source_of(pattern))))[:6]
    for piece in (*words, *' \n<@:,.-_="([0a'):
        yield piece * (LENGTH // len(piece))
        yield f"{piece} " * (LENGTH // (len(piece) + 1))
        yield from (f"{piece}{filler * LENGTH}\n!" for filler in " a1")


def source_of(pattern: Pattern) -> str:
    return pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")


def roams(place: str) -> bool:
    """Whether it is looked for anywhere in a text; else it is only tried at one place."""
    module, _, name = place.rpartition(".")
    source = getsource(import_module(module))
    return "[" in name or re.search(rf"\b{name}\.(search|sub|findall|finditer|split)\b", source) is not None


def seconds(pattern: Pattern, text: str, *, anywhere: bool = True) -> float:
    subject: Any = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    begin = time.process_time()
    if anywhere:
        deque(pattern.finditer(subject), maxlen=0)
    else:
        pattern.match(subject)
    return time.process_time() - begin


def is_slow(pattern: Pattern, text: str, *, anywhere: bool = True) -> bool:
    return all(seconds(pattern, text, anywhere=anywhere) > LIMIT for _ in range(3))


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 100
    assert any(place.startswith("triage.mail.") for place in PATTERNS)


@pytest.mark.parametrize("choking", [r"\w*[^\W\d_]\w*", r"[^\s@]+@"])
def test_a_pattern_that_chokes_is_found_out(choking: str) -> None:
    pattern = re.compile(choking)
    assert any(is_slow(pattern, text) for text in attacks(pattern))


@pytest.mark.parametrize("place", PATTERNS)
def test_no_text_keeps_a_pattern_busy(place: str) -> None:
    pattern, anywhere = PATTERNS[place], roams(place)
    slow = [text[:20] for text in attacks(pattern) if is_slow(pattern, text, anywhere=anywhere)]
    assert slow == []


# A team's phrases are plain words, never regular expressions: whatever stands in them is looked for as it is


@pytest.mark.parametrize("phrase", ["(a+)+$", "a" * 200, "a " * 100, ".*.*.*=", "lead .. times .. joke"])
def test_a_teams_phrase_is_bounded_whatever_it_holds(phrase: str) -> None:
    tuning = Tuning(phrases_heated=(phrase,), phrases_calm=(phrase,))
    assess("warm up", tuning=tuning)
    begin = time.process_time()
    assess("a " * 10_000 + "!", tuning=tuning)
    assess("lead times " * 2_000, tuning=tuning)
    assert time.process_time() - begin < 2


def test_a_phrase_of_ours_with_many_gaps_is_bounded() -> None:
    book = compile_book([("gaps", 1.0, "lead .. .. .. a|b? a? b? .. times .. never")], {})
    words = words_of("lead a b " * 500)
    begin = time.process_time()
    assert list(book.find(words)) == []
    assert time.process_time() - begin < 2
