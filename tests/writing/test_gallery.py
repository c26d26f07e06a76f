"""docs/suggestions.md shows what the program suggests now, and each of it passes our own reply check."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from docs.suggestions import FILE, ISSUES, Piece, page, pieces
from triage.reading.deadlines import Standpoint
from triage.reading.replies import FaultKind, check

WHERE = Standpoint(now=datetime(2026, 3, 16, 14, 0, tzinfo=UTC), zone=ZoneInfo("America/Chicago"))
BRIEF = {FaultKind.NO_OPTIONS, FaultKind.NO_TIME}
"""A note and an acknowledgement offer nothing yet, and a blank is no time."""


def test_the_page_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run `make gallery`"


def test_every_kind_is_there_with_all_known_and_with_nothing() -> None:
    titles = {piece.title.lower().replace(" ", "_") for piece in pieces()}
    for kind in ISSUES:
        assert {kind, f"{kind},_nothing_known"} <= titles


@pytest.mark.parametrize("piece", list(pieces()), ids=lambda piece: piece.title)
def test_our_own_check_finds_nothing_in_it(piece: Piece) -> None:
    brief = not piece.ready or not piece.offers
    faults = {fault.kind for fault in check(piece.body, WHERE, main_issue=piece.asked)}
    assert faults <= (BRIEF if brief else set())
