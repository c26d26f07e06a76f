"""A team's templates, laid file by file over the shipped ones. What they say: `triage.writing.templates`."""

from functools import cache
from pathlib import Path

from triage.config.resources import resource_root
from triage.errors import Mistake, Mistakes
from triage.writing.templates import Templates

_SUFFIXES = {".html", ".md", ".txt"}


@cache
def default_templates() -> Templates:
    """The templates that come with the program."""
    return read_templates(resource_root("templates"))


def read_templates(own: Path) -> Templates:
    """The templates of a folder, and the shipped ones where it has none of that name. Raises Mistakes."""
    files = template_files(resource_root("templates")) | template_files(own)
    sources: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for name, file in files.items():
        try:
            sources[name] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            mistakes.append(
                Mistake(file=str(file), line=0, key="", text="cannot be read: it should be text in UTF-8")
            )
    if mistakes:
        raise Mistakes(mistakes)
    return Templates(sources, files={name: str(file) for name, file in files.items()})


def template_files(folder: Path) -> dict[str, Path]:
    """The templates of a folder by name, such as `replies/delivery.txt`; hidden files are none."""
    found = (file for file in sorted(folder.glob("*/*")) if file.suffix in _SUFFIXES and file.is_file())
    return {file.relative_to(folder).as_posix(): file for file in found if not file.name.startswith(".")}


def watched(folder: Path) -> tuple[Path, ...]:
    """What changes when a template is changed, added or removed: the folder, those in it, the files."""
    folders = (each for each in sorted(folder.glob("*")) if each.is_dir())
    return (folder, *folders, *template_files(folder).values())
