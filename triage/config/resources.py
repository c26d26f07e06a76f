"""Where the files lie that come with the program, and where a person's own are looked for."""

from pathlib import Path

import platformdirs

NAME = "cooldown-triage"


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
