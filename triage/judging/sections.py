"""A part of a human's file, as a frozen dataclass whose annotations say what may stand in it.

`triage.config` checks what was typed against them, by pydantic. Nothing here imports that: whoever only goes
by the values needs nothing of it in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol


class Section:
    """Unknown keys are refused, values are never guessed, and a field's docstring is what editors show."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "allow_inf_nan": False,
        "hide_input_in_errors": True,
        "use_attribute_docstrings": True,
    }


@dataclass(frozen=True, slots=True)
class Checked:
    """In an annotation: what else a value must be. The check returns what is kept, or raises ValueError."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, schema_of: Callable[[Any], Any]) -> Any:
        from pydantic_core.core_schema import no_info_after_validator_function

        return no_info_after_validator_function(self.check, schema_of(source))


class Around(Protocol):
    """What a check may look at besides the value."""

    @property
    def data(self) -> dict[str, Any]:
        """The fields before it, where they are right."""

    @property
    def context(self) -> Any:
        """What the reader of the file handed in."""


@dataclass(frozen=True, slots=True)
class CheckedBeside:
    """The same, for a check that looks around."""

    check: Callable[[Any, Around], Any]

    def __get_pydantic_core_schema__(self, source: Any, schema_of: Callable[[Any], Any]) -> Any:
        from pydantic_core.core_schema import with_info_after_validator_function

        return with_info_after_validator_function(self.check, schema_of(source))


@dataclass(frozen=True, slots=True)
class AsTyped:
    """In an annotation: what is made of a value as it was typed, before it is checked."""

    make: Callable[[object], object]
    shown: Any = None
    """What editors are told may stand there, where the annotation does not say it."""

    def __get_pydantic_core_schema__(self, source: Any, schema_of: Any) -> Any:
        from pydantic_core.core_schema import no_info_before_validator_function

        shown = schema_of.generate_schema(self.shown) if self.shown else None
        return no_info_before_validator_function(self.make, schema_of(source), json_schema_input_schema=shown)
