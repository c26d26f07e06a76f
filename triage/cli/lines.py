"""Lines of JSON on stdin, an answer for each on stdout: for programs, and any size of input."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NoReturn

from triage.errors import BadInput

Line = Mapping[str, Any]
_LONGEST = 16 * 1024 * 1024
"""Bytes of one line: so much memory a line may cost, and no more."""


def answer_lines(lines: BinaryIO, answer: Callable[[Line], dict[str, Any]]) -> None:
    """One answer a line, in order, in constant memory; what cannot be read gets an error in its place."""
    for number, line in enumerate(_bounded(lines), 1):
        if line.strip():
            sys.stdout.write(json.dumps(_answered(line, number, answer)) + "\n")


def _bounded(lines: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long only the beginning, which is longer than allowed."""
    while line := lines.readline(_LONGEST + 1):
        rest = line
        while len(rest) > _LONGEST and not rest.endswith(b"\n"):
            rest = lines.readline(_LONGEST + 1)
        yield line


def _answered(line: bytes, number: int, answer: Callable[[Line], dict[str, Any]]) -> dict[str, Any]:
    asked: Line = {}
    try:
        asked = _object(line)
        return {"id": asked.get("id"), **answer(asked)}
    except (ValueError, RecursionError, BadInput) as wrong:
        return {"id": asked.get("id"), "line": number, "error": f"cannot be read: {wrong}"}


def _object(line: bytes) -> Line:
    if len(line) > _LONGEST:
        raise BadInput(f"it is longer than {_LONGEST} bytes")
    value = json.loads(line, parse_constant=_no_number)
    if not isinstance(value, dict):
        raise BadInput("it is no object")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def string_of(line: Line, key: str, *, required: bool = False) -> str:
    """A text of a line, empty where there is none; BadInput says what is wrong with it."""
    if required and key not in line:
        raise BadInput(f"it has no `{key}`")
    value = line[key] if required else line.get(key) or ""
    if not isinstance(value, str):
        raise BadInput(f"its `{key}` is no string")
    return value
