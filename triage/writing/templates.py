"""Our texts as files that a team can replace one by one: checked when loaded, rendered in a sandbox.

Reading the files is `triage.config`'s; here a template is a name and a text. Facts only ever fill in words:
no stranger's text becomes a template's source.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from annotated_types import MinLen

from triage.errors import Mistake, Mistakes
from triage.judging.sections import Section

if TYPE_CHECKING:  # imported when a template is tried or filled: a daemon at rest does neither
    from jinja2.sandbox import SandboxedEnvironment
    from pydantic import TypeAdapter

REPLIES = "replies/"
ACKNOWLEDGEMENT, HISTORY = "replies/acknowledgement.txt", "replies/history.txt"
GENERAL = "general"
"""The kind of issue whose template serves where no other fits."""

Need: TypeAlias = Literal["name", "about", "by", "rep"]

SAMPLES: Mapping[str, Mapping[str, object]] = {
    REPLIES: {
        "name": "Anna",
        "about": "order 4711",
        "options": ("send it today", "send it tomorrow"),
        "by": "15:10 CST",
        "wanted_by": "Fri 20 Mar",
        "asked": True,
        "rep": "Ana Ruiz",
        "history": "",
        "promised": "Wed 18:00 CST",
        "leaving": True,
        "long_standing": True,
    },
    "notes/": {"name": "Anna", "rep": "Ana Ruiz"},
    "summary/": {
        "figures": ({"lead": "1", "text": "heated", "open": False},),
        "headline": "1 message read, none heated.",
        "sections": (),
        "closing": "Field, Fri 20 Mar",
        "chart": {"cid": "chart@triage", "width": 544, "height": 80},
    },
}
"""The words that a template may name, by folder, each with a value to try it on.

What other folders hold is for their own renderers to try.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter(Section):
    """What stands between the `---` lines of a reply's template."""

    title: Annotated[str, MinLen(1)]
    """What a person sees in a list of templates."""
    fits: tuple[str, ...] = ()
    """The kinds of issue that it answers."""
    topic: str = ""
    """What the message is about where it names no order, invoice or ticket: "the delivery"."""
    options: tuple[str, ...] = ()
    """Ways forward where the team's rules give none for the kind; the recommended one first."""
    needs: tuple[Need, ...] = ()
    """Facts without which it is not chosen."""

    def __post_init__(self) -> None:
        if self.fits and len(self.options) < 2:
            raise ValueError("a reply offers at least two options")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTemplate:
    """A reply's template as the chooser sees it."""

    name: str
    front: FrontMatter


class Templates:
    """All templates, by name ("replies/delivery.txt"). Raises Mistakes, all at once, where any is wrong."""

    def __init__(self, sources: Mapping[str, str], *, files: Mapping[str, str] | None = None) -> None:
        """A team's own go before ours: `{**shipped, **team}`. `files` names them for a person's eyes."""
        self._files = files or {}
        parts = {name: _split(source) for name, source in sources.items()}
        self._bodies = {name: body for name, (_, body) in parts.items()}
        self._environment: SandboxedEnvironment | None = None
        mistakes: list[Mistake] = []
        replies: list[ReplyTemplate] = []
        for name, (front, _) in parts.items():
            mistakes += self._tried(name)
            if name.startswith(REPLIES):
                try:
                    replies.append(ReplyTemplate(name=name, front=_front_matter(front)))
                except _FrontMatterError as wrong:
                    mistakes += (self._mistake(name, line, key, text) for line, key, text in wrong.places)
        self.replies = tuple(replies)
        if mistakes or (mistakes := list(self._missing())):
            raise Mistakes(mistakes)

    def __getstate__(self) -> dict[str, object]:
        """For another process, which makes its own environment when it fills the first one."""
        return {**self.__dict__, "_environment": None}

    def render(self, template: str, /, **facts: object) -> str:
        """Fill a template. Raises Mistakes where one that a person wrote fails on these facts."""
        try:
            return self._filling().get_template(template).render(facts)
        except Exception as error:  # a template is a person's code, and an error's text may hold a fact
            problem = f"cannot be filled: {type(error).__name__}"
            raise Mistakes([self._mistake(template, 0, "", problem)]) from None

    def reply_for(self, kind: str, known: frozenset[str]) -> ReplyTemplate:
        """The most demanding reply that fits the kind and whose needs are known; else the general one."""
        fitting = [
            reply
            for reply in self.replies
            if kind in reply.front.fits and known.issuperset(reply.front.needs)
        ]
        if not fitting:
            return self.reply_for(GENERAL, known)
        return min(fitting, key=lambda reply: (-len(reply.front.needs), reply.name))

    def _filling(self) -> "SandboxedEnvironment":
        if self._environment is None:
            self._environment = _environment(self._bodies)
        return self._environment

    def _tried(self, name: str) -> Iterator[Mistake]:
        """What is wrong with one template: its syntax, its words, or what it does with them."""
        samples = next((facts for folder, facts in SAMPLES.items() if name.startswith(folder)), None)
        if samples is None:
            return
        from jinja2 import TemplateSyntaxError
        from jinja2.meta import find_undeclared_variables

        try:
            used = find_undeclared_variables(self._filling().parse(self._bodies[name]))
            self._filling().get_template(name)
        except TemplateSyntaxError as error:
            yield self._mistake(name, error.lineno, "", error.message or "not a Jinja template")
            return
        unknown = sorted(used - samples.keys())
        for word in unknown:
            line = self._line_of(name, word)
            yield self._mistake(name, line, word, f"no such word here; there are {', '.join(samples)}")
        if not unknown:
            yield from self._filled(name, samples)

    def _line_of(self, name: str, word: str) -> int:
        lines = enumerate(self._bodies[name].splitlines(), 1)
        return next((number for number, line in lines if re.search(rf"\b{word}\b", line)), 0)

    def _filled(self, name: str, samples: Mapping[str, object]) -> Iterator[Mistake]:
        try:
            self._filling().get_template(name).render(samples)
        except Exception as error:  # a template is a person's code
            yield self._mistake(name, 0, "", f"cannot be filled: {error}")

    def _missing(self) -> Iterator[Mistake]:
        """What must be there: a reply that always fits, and an acknowledgement that can go out as it is."""
        for name in (ACKNOWLEDGEMENT, HISTORY):
            if name not in self._bodies:
                yield self._mistake(name, 0, "", "this template is missing")
        if "[[" in self._bodies.get(ACKNOWLEDGEMENT, ""):
            yield self._mistake(
                ACKNOWLEDGEMENT, 0, "", "it goes out at once, so it may leave no blank [[...]]"
            )
        if not any(GENERAL in reply.front.fits and not reply.front.needs for reply in self.replies):
            yield self._mistake(REPLIES, 0, "fits", "one template must fit `general` and need nothing")

    def _mistake(self, name: str, line: int, key: str, text: str) -> Mistake:
        return Mistake(file=self._files.get(name, name), line=line, key=key, text=text)


def _environment(bodies: Mapping[str, str]) -> "SandboxedEnvironment":
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=DictLoader(bodies),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["numbered"] = numbered
    return environment


def numbered(options: tuple[str, ...]) -> str:
    """A list for plain text: "1. ...", one a line."""
    return "\n".join(f"{number}. {option}" for number, option in enumerate(options, 1))


class _FrontMatterError(Exception):
    """What is wrong in one front matter: (line, key, text)."""

    def __init__(self, *places: tuple[int, str, str]) -> None:
        super().__init__()
        self.places = places


def _split(source: str) -> tuple[str, str]:
    """Front matter and body. The body keeps its line numbers: a comment of as many lines goes before it."""
    lines = source.removeprefix("\ufeff").splitlines(keepends=True)
    fences = [number for number, line in enumerate(lines) if line.rstrip() == "---"][:2]
    if len(fences) < 2 or fences[0] != 0:
        return "", source
    end = fences[1] + 1
    padding = "{#" + "\n" * end + "#}"
    return "".join(lines[1 : end - 1]), padding + "".join(lines[end:])


def _front_matter(text: str) -> FrontMatter:
    """Read and check it. The first line of `text` is the file's second."""
    from pydantic import ValidationError
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        node: Any = YAML().load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 0
        raise _FrontMatterError((line, "", error.problem or "not YAML")) from error
    except (YAMLError, ValueError) as error:  # a control character, a date that does not exist
        raise _FrontMatterError((1, "", "the front matter is not YAML")) from error
    if not isinstance(node, dict):
        raise _FrontMatterError(
            (1, "", "it must begin with front matter: title and fits between two `---` lines")
        )
    try:
        return _adapter().validate_python(node)
    except ValidationError as error:
        raise _FrontMatterError(
            *(
                _place(node, problem["loc"], _words(problem["type"], problem["msg"]))
                for problem in error.errors()
            )
        ) from error


@cache
def _adapter() -> "TypeAdapter[FrontMatter]":
    from pydantic import TypeAdapter

    return TypeAdapter(FrontMatter)


def _words(kind: str, text: str) -> str:
    return "no such key" if kind == "unexpected_keyword_argument" else text.removeprefix("Value error, ")


def _place(node: Any, path: tuple[int | str, ...], text: str) -> tuple[int, str, str]:
    """Where in the file a problem stands: at its key, or at the top where the key is missing."""
    known = bool(path) and path[0] in node
    line = int(node.lc.key(path[0])[0]) + 2 if known else 1
    return line, ".".join(str(part) for part in path), text
