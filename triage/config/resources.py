"""Where the files of the program lie, where a person's own are, and whether these have changed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import platformdirs

from triage.errors import BadInput

NAME = "cooldown-triage"

Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]
"""What changes when one of the files does; None for a file that is not there."""


def resource_root(kind: str) -> Path:
    """The shipped `rules`, `templates` or `config.example.yaml`: inside a wheel, else in the repository."""
    package = Path(__file__).parents[1]
    installed = package / "_data" / kind
    return installed if installed.exists() else package.parent / kind


def shipped_rules() -> Path:
    """The rules that hold where a team says nothing else."""
    return resource_root("rules") / "default.yaml"


def config_path() -> Path:
    """Where the config lies when nobody names one."""
    return platformdirs.user_config_path(NAME, appauthor=False) / "config.yaml"


def store_path() -> Path:
    """Where the store lies when nobody names one."""
    return platformdirs.user_state_path(NAME, appauthor=False) / "triage.db"


def beside(folder: Path, path: Path) -> Path:
    """A path that a person wrote, seen from the folder of the file that names it; `~` is their home."""
    try:
        return folder / path.expanduser()
    except RuntimeError:  # "~somebody", and there is no such user
        return folder / path


def place(config: str | None, environ: Mapping[str, str]) -> Path:
    """Where the config stands or is to stand: as named, else TRIAGE_CONFIG, else the platform's."""
    named = config or environ.get("TRIAGE_CONFIG")
    path = beside(Path.cwd(), Path(named)) if named else config_path()
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name the config in it")
    return path


def find(config: str | None, environ: Mapping[str, str]) -> Path:
    """The config to use, as `place` says. Raises BadInput where there is none."""
    path = place(config, environ)
    if not path.is_file():
        named = config or environ.get("TRIAGE_CONFIG")
        mend = "check the path" if named else "`triage init` makes one; or name one with --config"
        raise BadInput(f"there is no config {path}: {mend}")
    return path


def stamp(files: Iterable[Path]) -> Stamp:
    """What to compare with an earlier one, to see whether a file was changed, replaced or removed."""
    return tuple(map(_stamp, files))


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
