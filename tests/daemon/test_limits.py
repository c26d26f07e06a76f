"""A crowd of accounts takes more open files than a system allows at first."""

import sys
from collections.abc import Iterator

import pytest

from triage.daemon import limits
from triage.daemon.limits import ENOUGH, allow_many_files

if sys.platform == "win32":
    pytest.skip("no such limit here", allow_module_level=True)

import resource

FILES = resource.RLIMIT_NOFILE


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = resource.getrlimit(FILES)
    yield
    resource.setrlimit(FILES, before)


def test_it_asks_for_as_many_as_it_may_have() -> None:
    _, hard = resource.getrlimit(FILES)
    resource.setrlimit(FILES, (256, hard))
    allow_many_files()
    soft, _ = resource.getrlimit(FILES)
    assert soft == ENOUGH or soft == hard < ENOUGH


def test_who_allows_more_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ENOUGH", 255)
    _, hard = resource.getrlimit(FILES)
    resource.setrlimit(FILES, (256, hard))
    allow_many_files()
    assert resource.getrlimit(FILES)[0] == 256
