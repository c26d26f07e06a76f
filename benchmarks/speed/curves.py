"""Draws how things grow, both axes by powers of ten. Needs matplotlib."""

from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.speed.rows import Curve


def draw(folder: Path, curve: Curve) -> Path:
    """One picture a curve; its file."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    for name, values in curve.lines.items():
        axes.plot(curve.sizes, values, marker="o", label=name)
    axes.set(title=curve.title, xlabel=curve.across, ylabel=curve.unit, xscale="log", yscale="log")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{curve.title.lower().replace(' ', '-')}.png"
    figure.savefig(file, dpi=110)
    return file
