"""Work for every core: in order, bounded, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.cli.crew import AHEAD, crew
from triage.errors import TriageError


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def with_process(batch: list[int]) -> list[tuple[int, int]]:
    return [(number, os.getpid()) for number in batch]


def dies(batch: list[int]) -> list[int]:
    os._exit(1)


def fails(batch: list[int]) -> list[int]:
    raise TriageError("the line dropped")


def test_what_comes_back_is_in_order_and_was_done_elsewhere() -> None:
    with crew(__name__) as hands:
        done = list(hands.in_order(with_process, ([n, n + 1] for n in range(0, 40, 2))))
    assert [number for number, _ in done] == list(range(40))
    assert os.getpid() not in {process for _, process in done}


def test_where_there_is_one_core_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with crew(__name__) as hands:
        assert list(hands.in_order(with_process, [[1], [], [2]])) == [(1, os.getpid()), (2, os.getpid())]


def test_batches_are_taken_only_as_they_are_needed() -> None:
    taken: list[int] = []

    def batches() -> Iterator[list[int]]:
        for number in range(100):
            taken.append(number)
            yield [number]

    with crew(__name__) as hands:
        next(hands.in_order(with_process, batches()))
        assert len(taken) == 2 * AHEAD + 1


def test_an_error_comes_back_as_it_was() -> None:
    with pytest.raises(TriageError, match="the line dropped"), crew(__name__) as hands:
        list(hands.in_order(fails, [[1]]))


def test_a_process_that_dies_is_told_in_words() -> None:
    with pytest.raises(TriageError, match="memory"), crew(__name__) as hands:
        list(hands.in_order(dies, [[1]] * 20))


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_command_is_ended_so_are_its_processes(how: signal.Signals) -> None:
    words = (
        "import sys, tests.cli.test_crew as t; from triage.cli.crew import *\n"
        "with crew(t.__name__) as hands:\n"
        "    for done in hands.in_order(t.with_process, ([n] for n in range(10**9))):\n"
        "        print(*done, flush=True)\n"
    )
    top = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", words], cwd=top, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as command:
        assert command.stdout
        processes = {command.stdout.readline().split()[1] for _ in range(50)}
        command.send_signal(how)
        command.stdout.read()
    end = time.monotonic() + 20
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < end, "a process has outlived its command"
        time.sleep(0.05)
