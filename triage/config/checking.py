"""A document against a schema: the value, or every mistake with its place and its mend.

A value that was typed is never repeated in a mistake: it may be a secret.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import ErrorDetails, core_schema

from triage.config.documents import Document, Loc, Value
from triage.config.spelling import did_you_mean
from triage.errors import Mistake
from triage.judging.sections import Section

SectionT = TypeVar("SectionT", bound=Section)
JsonSchema: TypeAlias = dict[str, Any]

_SENTENCES = {
    "missing": "is needed here and missing",
    "string_type": "should be text: put it in quotes",
    "string_too_short": "should not be empty",
    "string_too_long": "is too long: a few words are enough",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "finite_number": "should be a finite number",
    "bool_type": "should be true or false",
    "tuple_type": "should be a list, such as [one, two]",
    "dict_type": "should hold keys and values, such as {{key: value}}",
    "dataclass_type": "should hold keys and values, such as {{key: value}}",
    "time_type": 'should be a time of day in quotes, such as "17:30"',
    "time_parsing": 'should be a time of day, such as "17:30"',
    "greater_than": "should be more than {gt}",
    "greater_than_equal": "should be {ge} or more",
    "less_than": "should be less than {lt}",
    "less_than_equal": "should be {le} or less",
    "literal_error": "should be {expected}",
}


def check(
    document: Document, kind: type[SectionT], *, around: object = None
) -> tuple[SectionT | None, list[Mistake]]:
    """The value where there is no mistake, and the mistakes. `around` is handed to the checks."""
    known = _known(kind)
    # As JSON: strict there takes a list for a tuple and text for a path, and still guesses nothing.
    text = json.dumps(_said(document.data, known, [known]), default=str)
    try:
        return _adapter(kind).validate_json(text, strict=True, context=around), []
    except ValidationError as error:
        return None, [
            document.mistake(wrong["loc"], _sentence(wrong, known))
            for wrong in error.errors(include_url=False, include_input=False)
        ]


def json_schema(kind: type[Section]) -> JsonSchema:
    """The JSON Schema of a section, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_adapter(kind).json_schema(schema_generator=_Generator),
    }


_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
_known: Callable[[Any], JsonSchema] = cache(json_schema)


class _Generator(GenerateJsonSchema):
    """JSON Schema's `time` wants seconds and a zone; ours is what a clock on the wall says."""

    def time_schema(self, _schema: core_schema.TimeSchema) -> JsonSchema:
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}


def _sentence(wrong: ErrorDetails, schema: JsonSchema) -> str:
    loc, kind, context = wrong["loc"], wrong["type"], wrong.get("ctx", {})
    if kind == "unexpected_keyword_argument":
        return f"no such key; {did_you_mean(str(loc[-1]), _keys(schema, loc[:-1]))}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":  # Python's True is YAML's true, and no choice of ours has a capital
        context = {"expected": str(context["expected"]).lower().replace("'", "")}
    sentence = _SENTENCES.get(kind)
    return sentence.format_map(context) if sentence else wrong["msg"]


def _said(value: Value, schema: JsonSchema, nodes: list[JsonSchema]) -> Value:
    """A key with nothing after it says nothing: its default holds, a section is an empty one."""
    if isinstance(value, list):
        return [_said(item, schema, _children(schema, nodes, 0)) for item in value]
    if not isinstance(value, dict):
        return value
    said: dict[str, Value] = {}
    for key, inner in value.items():
        children = _children(schema, nodes, key)
        if inner is not None:
            said[key] = _said(inner, schema, children)
        elif children and all("properties" in child for child in children):
            said[key] = {}
    return said


def _keys(schema: JsonSchema, loc: Loc) -> list[str]:
    """The keys that may stand at that place."""
    nodes = [schema]
    for part in loc:
        nodes = _children(schema, nodes, part)
    return [key for node in nodes for key in node.get("properties", ())]


def _children(schema: JsonSchema, nodes: list[JsonSchema], part: str | int) -> list[JsonSchema]:
    """What may stand below those nodes, under that key or position."""
    return [plain for node in nodes for child in _child(node, part) for plain in _plain(schema, child)]


def _child(node: JsonSchema, part: str | int) -> Iterator[JsonSchema]:
    inside = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    inside = inside or node.get("additionalProperties")
    if isinstance(inside, dict):
        yield inside


def _plain(schema: JsonSchema, node: JsonSchema) -> Iterator[JsonSchema]:
    """The node itself, or what it refers to or chooses from."""
    if "$ref" in node:
        yield from _plain(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    elif "anyOf" in node:
        for choice in node["anyOf"]:
            yield from _plain(schema, choice)
    else:
        yield node
