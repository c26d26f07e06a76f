"""YAML (1.2, so JSON too) -> plain values, and the line of each of them.

What the values mean is the schemas' business. Nothing is guessed: `no` and `on` are words, `17:30` and
`2026-11-21` are text, a key written twice is a mistake.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from triage.errors import Mistake, Mistakes

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | None"
Loc: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys, and positions in lists."""
Place: TypeAlias = tuple[Path, int]

_DEEPEST = 32


class _Words(SafeConstructor):
    """Leaves dates as the text that was typed."""


_Words.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one file says, or several laid over each other."""

    data: dict[str, Value]
    places: Mapping[Loc, Place]
    files: tuple[Path, ...]
    mistakes: tuple[Mistake, ...] = ()

    def at(self, *loc: str | int) -> Value:
        """The value there, None where there is none."""
        value: Value = self.data
        for part in loc:
            if isinstance(value, dict) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def mistake(self, loc: Loc, text: str) -> Mistake:
        """A mistake at that key, with the line of the nearest thing that is written."""
        known = next(loc[:end] for end in range(len(loc), -1, -1) if loc[:end] in self.places)
        file, line = self.places[known]
        return Mistake(file=str(file), line=line, key=".".join(map(str, loc)), text=text)


def read(file: Path) -> Document:
    """Read one file. Raises Mistakes where it cannot be read at all; lesser ones are in the document."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Words
    try:
        root: Node | None = yaml.compose(file.read_text(encoding="utf-8-sig"))
        walk = _Walk(file=file, constructor=yaml.constructor)
        data = walk.value((), root) if root is not None else {}
    except OSError as error:
        raise _unreadable(file, 0, f"cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise _unreadable(file, 0, "is not text in UTF-8: save it as such") from None
    except RecursionError:
        raise _unreadable(file, 0, "is nested too deeply") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _unreadable(file, line, f"is not YAML: {error.problem or error.context}") from None
    except YAMLError:
        raise _unreadable(file, 0, "holds characters that may not stand in YAML") from None
    if not isinstance(data, dict):
        raise _unreadable(file, 1, "should hold keys and values, such as `accounts:`")
    return Document(
        data=data, places={(): (file, 1), **walk.places}, files=(file,), mistakes=tuple(walk.mistakes)
    )


def merge(base: Document, over: Document) -> Document:
    """Lay one document over another: mappings merge, everything else is replaced."""
    return Document(
        data=_merged(base.data, over.data),
        places={**base.places, **over.places},
        files=(*base.files, *over.files),
        mistakes=(*base.mistakes, *over.mistakes),
    )


def _merged(base: Mapping[str, Value], over: Mapping[str, Value]) -> dict[str, Value]:
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merged(below, value)
        elif value is not None:  # a key with nothing after it says nothing
            result[key] = value
    return result


def _unreadable(file: Path, line: int, text: str) -> Mistakes:
    return Mistakes([Mistake(file=str(file), line=line, key="", text=text)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """Turns nodes into values, and notes on the way where each stands and what is wrong with it."""

    file: Path
    constructor: SafeConstructor
    places: dict[Loc, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def value(self, loc: Loc, node: Node) -> Value:
        if len(loc) > _DEEPEST:  # an alias inside of what it names has no end
            raise _unreadable(self.file, node.start_mark.line + 1, "is nested too deeply")
        if isinstance(node, MappingNode):
            return dict(self.items(loc, node))
        if isinstance(node, SequenceNode):
            return [self.item((*loc, at), child, child) for at, child in enumerate(node.value)]
        return self.scalar(loc, node)

    def items(self, loc: Loc, node: MappingNode) -> Iterator[tuple[str, Value]]:
        for name, child in node.value:
            key = name.value if isinstance(name, ScalarNode) else "?"
            if (*loc, key) in self.places:
                first = self.places[*loc, key][1]
                self.wrong((*loc, key), name, f"stands here twice (first in line {first}): keep one")
            else:
                yield key, self.item((*loc, key), name, child)

    def item(self, loc: Loc, marked: Node, child: Node) -> Value:
        self.places[loc] = (self.file, marked.start_mark.line + 1)
        return self.value(loc, child)

    def scalar(self, loc: Loc, node: Node) -> Value:
        try:
            value: Value = self.constructor.construct_object(node)
        except (YAMLError, ValueError):
            self.wrong(loc, node, "cannot be read: put it in quotes")
            return None
        return value

    def wrong(self, loc: Loc, node: Node, text: str) -> None:
        key = ".".join(map(str, loc))
        self.mistakes.append(Mistake(file=str(self.file), line=node.start_mark.line + 1, key=key, text=text))
