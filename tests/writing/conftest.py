from pathlib import Path

import pytest

from triage.writing.templates import Templates

ROOT = Path(__file__).parents[2]


def shipped() -> dict[str, str]:
    """The templates that come with the program, by name."""
    folder = ROOT / "templates"
    found = (path for part in ("replies", "summary") for path in (folder / part).iterdir())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


@pytest.fixture(scope="session")
def templates() -> Templates:
    return Templates(shipped())
