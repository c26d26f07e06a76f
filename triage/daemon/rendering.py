"""The files that the program writes for others to read: a config, a service. Their shapes: `templates/`."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from triage.config import resource_root

_PLAIN = re.compile(r"(?!(?:true|false|null)$)[A-Za-z/][\w.@+/-]*(?: \w[\w.]*)*", re.IGNORECASE)
"""Words that mean themselves in YAML, without quotes."""


def rendered(template: str, **facts: object) -> str:
    """A template of `templates/`, filled; what it names and is not given is an error."""
    environment = Environment(
        loader=FileSystemLoader(resource_root("templates")),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("plist", "xml"), default=False),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"yaml": yaml, "systemd": _systemd_word, "windows": _windows_words}
    return environment.get_template(template).render(facts)


def yaml(value: object) -> str:
    """A value on one line of YAML; JSON is YAML, so what is not plain is written as JSON."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _systemd_word(word: str) -> str:
    """Quoted as systemd reads it (systemd.service, "Command lines"): % and $ mean something there."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def _windows_words(words: Sequence[str]) -> str:
    return subprocess.list2cmdline(words)
