"""The site: it builds without a warning, and a page asks nobody but its own folder for anything."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.pages import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("mkdocs") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("mkdocs is missing: `make test` installs it")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return folder


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    loads = re.compile(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=[\"']?((?:https?:)?//[^\"' >]+)")
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    found = {address for page in pages for address in loads.findall(page.read_text("utf-8"))}
    assert found == set()


def test_it_holds_pages_and_pictures_and_no_program_of_ours(site: Path) -> None:
    assert (site / "pictures" / "page-light.png").exists()
    assert list(site.rglob("*.py")) == []
