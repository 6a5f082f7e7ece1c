"""Draws how many notifications arrived each second while a lane was changed."""

import math
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "script/lib"))

from picture import Picture  # noqa: E402

WIDTH, HEIGHT = 900, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 84, 48
STEP = 0.5

STYLE = """\
    text { font: 11px "DejaVu Sans", Verdana, sans-serif; fill: #50636e }
    .title { font-size: 15px; font-weight: bold; fill: #1b2a33 }
    .change { fill: #1f5f74 }
    .scale { text-anchor: end }
    .time { text-anchor: middle }
    .grid { stroke: #dfe6ea; stroke-width: 1; fill: none }
    .mark { stroke: #b98d1f; stroke-width: 1; stroke-dasharray: 3 3; fill: none }
    .rate { stroke: #1f5f74; stroke-width: 2; fill: none }
    .area { fill: #eaf3f6 }
"""


def rates(moments, start, end):
    """The arrivals of each step of time, as a rate per second."""
    counts = [0] * (int((end - start) / STEP) + 1)
    for moment in moments:
        counts[int((moment - start) / STEP)] += 1
    return [count / STEP for count in counts[:-1]]


def nice(value):
    """A round number of at least the value."""
    unit = 10 ** math.floor(math.log10(max(value, 1)))
    return next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= value)


def draw(path, moments, steps):
    """`moments` are the arrivals, sorted; `steps` the changes, each a time and what was changed."""
    start, end = moments[0], moments[-1]
    values = rates(moments, start, end)
    top = nice(max(values))
    picture = Picture(
        WIDTH, "The rate of a lane while it is changed",
        "Notifications each second that a receiver got, over time, with a mark for each change: " + ", ".join(name for _, name in steps),
        STYLE)

    def x(moment):
        return LEFT + (moment - start) / (end - start) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    picture.text("title", LEFT, 24, "Notifications per second on one lane, while it is scaled, paused, resumed and drained")
    for share in (0, 0.25, 0.5, 0.75, 1):
        picture.path("grid", f"M {LEFT} {y(share * top):.1f} H {WIDTH - RIGHT}")
        picture.text("scale", LEFT - 8, y(share * top) + 4, f"{share * top:,.0f}")
    for second in range(0, int(end - start) + 1, 10):
        picture.text("time", x(start + second), HEIGHT - BOTTOM + 18, f"{second} s")
    points = [(x(start + (number + 0.5) * STEP), y(value)) for number, value in enumerate(values)]
    line = " L ".join(f"{one:.1f} {other:.1f}" for one, other in points)
    picture.path("area", f"M {points[0][0]:.1f} {y(0):.1f} L {line} L {points[-1][0]:.1f} {y(0):.1f} Z")
    picture.path("rate", f"M {line}")
    for number, (moment, name) in enumerate(steps):
        if not start <= moment <= end:
            continue
        picture.path("mark", f"M {x(moment):.1f} {TOP - 4 - 14 * (number % 3)} V {HEIGHT - BOTTOM}")
        picture.text("change", x(moment) + 3, TOP - 8 - 14 * (number % 3), name)
    pathlib.Path(path).write_text(picture.svg(HEIGHT))
