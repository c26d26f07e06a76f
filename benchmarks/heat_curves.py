"""Draws precision against recall, and truth against score. Needs matplotlib."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.heat_measures import Bin


def draw_precision_recall(
    path: Path, panels: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]
) -> None:
    """A panel a set of texts, in it a line a scorer."""
    columns = 3
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(4.2 * columns, 3.6 * rows), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).flat
    for axes, (title, lines) in zip(places, panels.items(), strict=False):
        for scorer, points in lines.items():
            axes.plot([recall for _, recall in points], [precision for precision, _ in points], label=scorer)
        axes.set(title=title, xlabel="heated texts found", ylabel="of the flagged, heated")
        _square(axes)
    figure.axes[0].legend(loc="lower left")
    for axes in list(figure.axes)[len(panels) :]:
        axes.set_axis_off()
    figure.savefig(path, dpi=110)


def draw_calibration(path: Path, lines: Mapping[str, Sequence[Bin]]) -> None:
    """What share of the texts with a score is heated; the diagonal is honest."""
    figure = Figure(figsize=(5.2, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="an honest score")
    for title, bins in lines.items():
        (line,) = axes.plot([each.score for each in bins], [each.heated for each in bins], label=title)
        sizes = [12 + 3 * each.texts**0.5 for each in bins]
        axes.scatter(
            [each.score for each in bins], [each.heated for each in bins], sizes, color=line.get_color()
        )
    axes.set(title="Calibration (dots by number of texts)", xlabel="score", ylabel="share that is heated")
    _square(axes)
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=110)


def _square(axes: Axes) -> None:
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
