"""A team's rules: the chain of files that extend one another. What a rule means is `triage.judging.rules`."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from triage.config.checking import check
from triage.config.documents import Document, merge, read
from triage.config.resources import beside, shipped_rules
from triage.config.spelling import did_you_mean
from triage.config.values import DEFAULT, check_zone
from triage.errors import Mistake, Mistakes
from triage.judging.rules import TeamRules
from triage.reading.heat import WORDING
from triage.reading.signals import SIGNALS


@cache
def default_rules() -> TeamRules:
    """The rules that come with the program."""
    return read_rules(shipped_rules())[0]


def read_rules(file: Path) -> tuple[TeamRules, tuple[Path, ...]]:
    """A team's rules, and the files that were read for them. Raises Mistakes."""
    document = _chain(file, (file.resolve(),))
    rules, mistakes = check(document, TeamRules)
    mistakes = [*document.mistakes, *mistakes, *_unknown_names(document)]
    if rules is None or mistakes:
        raise Mistakes(mistakes)
    return rules, document.files


def _chain(file: Path, above: tuple[Path, ...]) -> Document:
    """The document laid over those that it extends; `above` are the files that led here."""
    document = read(file)
    base = _base(document, file)
    if base is None:
        return document
    if problem := _unusable(base, above):
        told = document.mistake(("extends",), problem)
        document = replace(document, mistakes=(*document.mistakes, told))
        base = shipped_rules()  # so that the rest of this file can be judged
    return merge(_chain(base, (*above, base.resolve())), document)


def _unusable(base: Path, above: tuple[Path, ...]) -> str:
    if base.resolve() in above:
        return "comes back to a file of the same chain: one of them must end it"
    return "" if base.is_file() else f"there is no file {base}"


def _base(document: Document, file: Path) -> Path | None:
    """What a file stands on; the shipped rules stand on nothing."""
    if file.resolve() == shipped_rules().resolve():
        return None
    extends = document.at("extends")
    named = isinstance(extends, str) and extends != DEFAULT
    return beside(file.parent, Path(str(extends))) if named else shipped_rules()


def _unknown_names(document: Document) -> Iterator[Mistake]:
    """Names that only other files know: a time zone's, a signal's."""
    zone = document.at("working_hours", "timezone")
    try:
        check_zone(zone if isinstance(zone, str) else "")
    except ValueError as error:
        yield document.mistake(("working_hours", "timezone"), str(error))
    signals, known = document.at("heat", "signals"), (*SIGNALS, WORDING)
    for name in signals if isinstance(signals, dict) else ():
        if name not in known:
            text = f"there is no such signal; {did_you_mean(name, known)}"
            yield document.mistake(("heat", "signals", name), text)
