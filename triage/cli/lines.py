"""Lines of JSON on stdin, an answer for each on stdout: for programs, and any size of input."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from triage.errors import BadInput

Line = Mapping[str, Any]


def answer_lines(lines: Iterable[bytes], answer: Callable[[Line], dict[str, Any]]) -> None:
    """One answer a line, in order, in constant memory; what cannot be read gets an error in its place."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            sys.stdout.write(json.dumps(_answered(line, number, answer), ensure_ascii=False) + "\n")


def _answered(line: bytes, number: int, answer: Callable[[Line], dict[str, Any]]) -> dict[str, Any]:
    asked: Any = None
    try:
        asked = json.loads(line)
        return {"id": _object(asked).get("id"), **answer(asked)}
    except (ValueError, RecursionError, BadInput) as wrong:
        id_ = asked.get("id") if isinstance(asked, dict) else None
        return {"id": id_, "line": number, "error": f"cannot be read: {wrong}"}


def _object(value: Any) -> Line:
    if not isinstance(value, dict):
        raise BadInput("it is no object")
    return value


def string_of(line: Line, key: str, *, required: bool = False) -> str:
    """A text of a line, empty where there is none; BadInput says what is wrong with it."""
    if required and key not in line:
        raise BadInput(f"it has no `{key}`")
    value = line[key] if required else line.get(key) or ""
    if not isinstance(value, str):
        raise BadInput(f"its `{key}` is no string")
    return value
