"""docs/security.md names a test for each check: each of them exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_test_that_is_named_exists(file: str, test: str) -> None:
    assert f"\ndef {test}(" in (ROOT / file).read_text()


def test_every_check_has_one() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
    checks = [line for line in rows if not line.endswith("| test |")]
    start = next(at for at, line in enumerate(checks) if line.startswith("| broken or random bytes"))
    assert [line for line in checks[start:] if "::test_" not in line] == []
    assert len(NAMED) > 40
