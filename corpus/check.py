"""Checks the corpus: `python corpus/check.py [FILE ...]` names every line that does not keep to README.md."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
LEVELS = frozenset({"heated", "tense", "calm", "grateful", "unsure"})
KINDS = frozenset(
    {"delivery", "quality", "billing", "service", "no_response", "contract", "outage", "general", ""}
)
LANGUAGES = frozenset({"en", "de", "fr", "es"})


def problems(file: Path) -> Iterator[str]:
    """Everything wrong in one file."""
    is_message = file.parent.name == "messages"
    needed = {"id", "text", "level", "kind", "language"} | (
        {"subject", "main_issue"} if is_message else set()
    )
    seen: Counter[str] = Counter()
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        place = f"{file.name}:{number}"
        try:
            row = json.loads(line)
        except ValueError as wrong:
            yield f"{place}: no JSON: {wrong}"
            continue
        if needed - set(row):
            yield f"{place}: lacks {', '.join(sorted(needed - set(row)))}"
            continue
        if row["id"] != f"{file.stem}:{number}":
            yield f'{place}: the id should be "{file.stem}:{number}"'
        if row["level"] not in LEVELS or row["kind"] not in KINDS or row["language"] not in LANGUAGES:
            yield f"{place}: unknown level, kind or language"
        if is_message and row["main_issue"] and row["main_issue"] not in row["text"]:
            yield f"{place}: main_issue does not stand in the text, word for word"
        if is_message and row["level"] in ("heated", "tense") and not row["main_issue"]:
            yield f"{place}: a {row['level']} message needs its main_issue"
        words = " ".join(row["text"].lower().split())
        seen[words] += 1
        if seen[words] > 1:
            yield f"{place}: the same text stands above"


def main() -> int:
    """Check the named files, or all; 1 where something is wrong."""
    files = [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*/*.jsonl"))
    found = [problem for file in files for problem in problems(file)]
    print("\n".join(found) or f"{len(files)} files, nothing wrong")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
