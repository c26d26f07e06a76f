"""How a measurement is said: a row of the table, or a curve. Nothing is measured here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Ours beside a peer. The goal bounds ours divided by the peer's; without a goal it is only shown."""

    what: str
    ours: float
    beside: str
    peer: float | None
    """None where the peer is not installed."""
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.peer else None

    @property
    def met(self) -> bool | None:
        """None where there is no goal, or no peer to compare with."""
        if self.ratio is None or (self.at_most is None and self.at_least is None):
            return None
        return (self.at_most is None or self.ratio <= self.at_most) and (
            self.at_least is None or self.ratio >= self.at_least
        )

    @property
    def goal(self) -> str:
        if self.at_most is not None:
            return f"<= {self.at_most:g} x"
        return f">= {self.at_least:g} x" if self.at_least is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How values grow with a size: one line a name."""

    title: str
    across: str
    unit: str
    sizes: Sequence[float]
    lines: Mapping[str, Sequence[float]]


Found: TypeAlias = Row | Curve


def in_turn(rounds: int, **ways: Callable[[], float]) -> dict[str, float]:
    """The median of each way's figures, measured in turn: forth in one round, back in the next."""
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in [*ways][:: -1 if number % 2 else 1]:
            figures[name].append(ways[name]())
    return {name: median(each) for name, each in figures.items()}


def table(rows: Iterable[Row]) -> str:
    """For a person."""
    lines = [f"{'what':54}{'ours':>10}{'peer':>10} {'':11}{'ratio':>7}  {'goal':10}{'met':4} beside"]
    for row in rows:
        peer = "missing" if row.peer is None else _figure(row.peer)
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else "-"
        met = {True: "yes", False: "NO", None: "-"}[row.met]
        lines.append(
            f"{row.what:54}{_figure(row.ours):>10}{peer:>10} {row.unit:11}{ratio:>7}  {row.goal:10}{met:4} "
            f"{row.beside}" + (f" ({row.note})" if row.note else "")
        )
    return "\n".join(lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def as_json(found: Iterable[Found]) -> dict[str, list[dict[str, Any]]]:
    """For a program."""
    all_found = [*found]
    rows = [each for each in all_found if isinstance(each, Row)]
    return {
        "rows": [{**asdict(row), "ratio": row.ratio, "met": row.met} for row in rows],
        "curves": [asdict(each) for each in all_found if isinstance(each, Curve)],
    }
