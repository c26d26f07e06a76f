"""What CI installs is pinned, each file by its hash, and comes from no place that is named here."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"


def locked() -> dict[str, str]:
    """Each package's line with its hashes, by name."""
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.read_text().strip())
    return {entry.partition("==")[0]: entry for entry in entries}


def wanted() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    lines = [*project["project"]["dependencies"], *groups["dev"], *groups["docs"]]
    names = (re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in lines)
    return [re.sub(r"[-_.]+", "-", name) for name in names]


@pytest.mark.parametrize("package", wanted())
def test_every_package_that_is_named_is_locked(package: str) -> None:
    assert package in locked()


def test_every_locked_package_has_a_version_and_hashes() -> None:
    loose = [name for name, text in locked().items() if "==" not in text or "--hash=sha256:" not in text]
    assert loose == []
    assert "://" not in LOCK.read_text()


def test_the_check_installs_what_is_locked_and_audits_it() -> None:
    make = (ROOT / "Makefile").read_text()
    assert "--require-hashes -r requirements.lock" in make
    assert "$(MAKE) audit" in make
