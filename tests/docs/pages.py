"""The documentation as a reader meets it: pages, their blocks, and the commands that they name."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def text_of(page: str, section: str = "") -> str:
    """A page, or what stands below one of its headings until the next."""
    text = (ROOT / page).read_text("utf-8")
    if not section:
        return text
    return re.split(r"^## ", text.partition(f"\n## {section}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text: str, language: str) -> list[str]:
    """The blocks of that language."""
    return [match[3] for match in _BLOCK.finditer(text) if match[2] == language]


def commands(text: str) -> Iterator[str]:
    """The lines of its shell blocks: joined where they go on, without their comments."""
    for block in blocks(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if command := re.split(r"\s+#", line)[0].strip():
                yield command


def inline(text: str) -> Iterator[str]:
    """What is set as code within a sentence."""
    prose = _BLOCK.sub("", text)
    yield from re.findall(r"`([^`\n]+)`", prose)
