"""The page about reliability cannot lie: its tests exist, and every fault that is tried is on it."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "reliability.md").read_text("utf-8")
NAMED = set(re.findall(r"`(test_\w+)`", PAGE))


def defined(folder: Path) -> set[str]:
    texts = (file.read_text("utf-8") for file in folder.rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}


def test_every_test_that_it_names_exists() -> None:
    assert NAMED - defined(TESTS) == set()


def test_every_fault_that_is_tried_is_on_it() -> None:
    assert defined(TESTS / "faults") - NAMED - {"test_these_points_are_really_passed"} == set()


def test_every_fault_names_its_test() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    faults = [row for row in rows if len(row) == 4 and "---" not in row[0] and row[1] != "how it is tried"]
    assert faults
    assert [row[0] for row in faults if "test_" not in row[1]] == []
