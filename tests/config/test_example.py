"""The manual cannot lie: it names every key and no other, and the defaults it tells are the defaults."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from triage.config import load, resource_root
from triage.config.checking import check, json_schema
from triage.config.documents import Document, Loc, Value, read
from triage.config.schema import ConfigFile
from triage.config.values import Surroundings

EXAMPLE = resource_root("config.example.yaml")
DOCUMENT = read(EXAMPLE)
LINES = EXAMPLE.read_text(encoding="utf-8").splitlines()
NAMES = {"teams": "field"}
"""Where a person chooses the keys, the one that the manual chose."""


def written(value: Value, path: str = "") -> Iterator[str]:
    """The dotted keys of a document, positions in lists left out."""
    if isinstance(value, list):
        for item in value:
            yield from written(item, path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}{key}"
            yield from written(inner, f"{path}{key}.")


def known(schema: dict[str, Any], node: dict[str, Any], path: str = "") -> Iterator[str]:
    """The dotted keys of a JSON Schema."""
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    for choice in node.get("anyOf", ()):
        yield from known(schema, choice, path)
    if "items" in node:
        yield from known(schema, node["items"], path)
    properties = dict(node.get("properties", {}))
    if isinstance(node.get("additionalProperties"), dict):
        properties[NAMES[path.rstrip(".")]] = node["additionalProperties"]
    for key, inner in properties.items():
        yield f"{path}{key}"
        yield from known(schema, inner, f"{path}{key}.")


def leaves(value: Value, loc: Loc = ()) -> Iterator[Loc]:
    """Where single values stand, and lists of them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*loc, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*loc, at))
    else:
        yield loc


def checked(data: dict[str, Value]) -> ConfigFile | None:
    document = Document(data=data, places=DOCUMENT.places, files=())
    around = Surroundings(folder=EXAMPLE.parent, teams=("field",))
    return check(document, ConfigFile, around=around)[0]


def test_it_names_every_key_and_no_other() -> None:
    schema = json_schema(ConfigFile)
    assert set(written(DOCUMENT.data)) == set(known(schema, schema))


def test_it_is_a_config_that_works(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    shutil.copy(EXAMPLE, path)
    path.chmod(0o600)
    config = load(path)
    assert [account.address for account in config.accounts] == ["rep@example.com", "colleague@example.com"]
    assert config.warnings == ()


@pytest.mark.parametrize("loc", list(leaves(DOCUMENT.data)), ids=lambda loc: ".".join(map(str, loc)))
def test_every_value_is_the_default_unless_it_says_that_there_is_none(loc: Loc) -> None:
    data = copy.deepcopy(DOCUMENT.data)
    *way, last = loc[:-1] if loc[-1] == "keyring" else loc  # a `password` says where it is, or is left out
    holder: Any = data
    for part in way:
        holder = holder[part]
    del holder[last]
    is_default = checked(data) == checked(DOCUMENT.data)
    assert is_default != ("(no default)" in LINES[DOCUMENT.places[loc][1] - 1])


def test_every_line_explains_its_key() -> None:
    silent = [
        line
        for line in LINES
        if line.strip() and not line.startswith(("#", "teams", "web")) and "#" not in line
    ]
    assert [line.strip() for line in silent] == ["accounts:", "login:", "field:"]
