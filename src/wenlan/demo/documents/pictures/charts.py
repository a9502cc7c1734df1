"""Charts: lines, bars, slices and curves."""

import math
from collections.abc import Callable, Mapping, Sequence

from wenlan.demo.documents.pictures.canvas import GREY, INK, PALE, PALETTE, Canvas, Point

_LEFT, _RIGHT, _TOP, _BOTTOM = 95, 40, 80, 70


def _steps(low: float, high: float, count: int = 5) -> list[float]:
    """Return round numbers from `low` to `high`."""
    raw = (high - low) / count or 1
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= raw - 1e-12)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def _label(value: float) -> str:
    return f"{round(value, 6):,.10g}"


def _frame(canvas: Canvas, title: str, values: list[float]) -> Callable[[float], float]:
    """Draw title, horizontal grid and its labels; returns the height of a value."""
    canvas.text((canvas.width / 2, 34), title, 24)
    low, high = values[0], values[-1]
    span = canvas.height - _TOP - _BOTTOM

    def height(value: float) -> float:
        return canvas.height - _BOTTOM - (value - low) / (high - low) * span

    for value in values:
        canvas.line([(_LEFT, height(value)), (canvas.width - _RIGHT, height(value))], PALE, 1)
        canvas.text((_LEFT - 12, height(value)), _label(value), 16, GREY, "rm")
    return height


def _legend(canvas: Canvas, names: Sequence[str]) -> None:
    x: float = canvas.width - _RIGHT
    for number, name in reversed(list(enumerate(names))):
        width = sum(17 if ord(letter) > 255 else 9.5 for letter in name)
        x -= width
        canvas.text((x, 62), name, 16, INK, "lm")
        canvas.box((x - 24, 55), (x - 8, 69), PALETTE[number % len(PALETTE)], radius=3)
        x -= 44


def bar_chart(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    size: tuple[int, int] = (1100, 560),
) -> bytes:
    """Draw grouped bars."""
    canvas = Canvas(*size)
    values = _steps(min(0, *(min(row) for row in series.values())), max(max(row) for row in series.values()))
    height = _frame(canvas, title, values)
    _legend(canvas, list(series) if len(series) > 1 else [])
    room = (size[0] - _LEFT - _RIGHT) / len(labels)
    width = room * 0.66 / len(series)
    for place, label in enumerate(labels):
        start = _LEFT + room * place + room * 0.17
        for number, row in enumerate(series.values()):
            left = start + width * number
            top, base = sorted((height(row[place]), height(0)))
            canvas.box(
                (left + 2, top), (left + width - 2, max(base, top + 1)), PALETTE[number % len(PALETTE)]
            )
            if len(labels) * len(series) <= 14:
                canvas.text((left + width / 2, top - 13), _label(row[place]), 15, INK)
        canvas.text((start + room * 0.33, size[1] - _BOTTOM + 26), label, 17)
    return canvas.png()


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    size: tuple[int, int] = (1100, 560),
    dots: bool = True,
) -> bytes:
    """Draw one line per series over evenly spaced labels."""
    canvas = Canvas(*size)
    values = _steps(min(min(row) for row in series.values()), max(max(row) for row in series.values()))
    height = _frame(canvas, title, values)
    _legend(canvas, list(series))
    room = (size[0] - _LEFT - _RIGHT) / max(len(labels) - 1, 1)
    every = max(1, len(labels) // 13)
    for place in range(0, len(labels), every):
        canvas.text((_LEFT + room * place, size[1] - _BOTTOM + 26), labels[place], 16)
    for number, row in enumerate(series.values()):
        colour = PALETTE[number % len(PALETTE)]
        points = [(_LEFT + room * place, height(value)) for place, value in enumerate(row)]
        canvas.line(points, colour, 3.5)
        for point in points if dots else []:
            canvas.circle(point, 6, "#FFFFFF", colour, 3)
    return canvas.png()


def pie_chart(title: str, parts: Mapping[str, float], *, size: tuple[int, int] = (1000, 560)) -> bytes:
    """Draw shares of a whole with their percentages beside it."""
    canvas = Canvas(*size)
    canvas.text((size[0] / 2, 34), title, 24)
    total, angle = sum(parts.values()), -90.0
    centre, radius = (size[0] * 0.32, size[1] / 2 + 25), size[1] * 0.36
    for number, (name, part) in enumerate(parts.items()):
        turn = part / total * 360
        colour = PALETTE[number % len(PALETTE)]
        canvas.slice(centre, radius, angle, angle + turn, colour)
        angle += turn
        y = size[1] / 2 + 25 + (number - (len(parts) - 1) / 2) * 46
        canvas.box((size[0] * 0.6, y - 11), (size[0] * 0.6 + 22, y + 11), colour, radius=4)
        canvas.text((size[0] * 0.6 + 38, y), f"{name}  {part / total:.0%}", 20, INK, "lm")
    canvas.circle(centre, radius * 0.5, "#FFFFFF")
    return canvas.png()


Curve = Callable[[float], float | None]


def function_plot(
    title: str,
    curves: Mapping[str, Curve],
    across: tuple[float, float],
    up: tuple[float, float],
    *,
    points: Mapping[str, Point] | None = None,
    size: tuple[int, int] = (900, 620),
) -> bytes:
    """Draw curves with axes through the origin; `points` are marked with their names."""
    canvas = Canvas(*size)
    canvas.text((size[0] / 2, 32), title, 24)
    left, right, top, bottom = 50, size[0] - 50, 90, size[1] - 40

    def place(x: float, y: float) -> Point:
        return (
            left + (x - across[0]) / (across[1] - across[0]) * (right - left),
            bottom - (y - up[0]) / (up[1] - up[0]) * (bottom - top),
        )

    for value in _steps(*across, count=8):
        if across[0] <= value <= across[1]:
            canvas.line([place(value, up[0]), place(value, up[1])], "#EEF1EE", 1)
            if value:
                canvas.text(
                    (place(value, 0)[0], min(place(0, 0)[1] + 18, bottom + 18)), _label(value), 15, GREY
                )
    for value in _steps(*up, count=6):
        if up[0] <= value <= up[1]:
            canvas.line([place(across[0], value), place(across[1], value)], "#EEF1EE", 1)
            if value:
                canvas.text(
                    (max(place(0, value)[0] - 10, left - 6), place(0, value)[1]),
                    _label(value),
                    15,
                    GREY,
                    "rm",
                )
    x_axis, y_axis = min(max(0, up[0]), up[1]), min(max(0, across[0]), across[1])
    canvas.arrow(place(across[0], x_axis), (right + 20, place(0, x_axis)[1]), INK, 2)
    canvas.arrow(place(y_axis, up[0]), (place(y_axis, 0)[0], top - 20), INK, 2)
    for number, curve in enumerate(curves.values()):
        _draw_curve(canvas, curve, across, up, place, PALETTE[number % len(PALETTE)])
    _legend(canvas, list(curves))
    for name, point in (points or {}).items():
        canvas.circle(place(*point), 6, PALETTE[1])
        canvas.text((place(*point)[0] + 12, place(*point)[1] - 14), name, 17, PALETTE[1], "lm")
    return canvas.png()


def _draw_curve(
    canvas: Canvas,
    curve: Curve,
    across: tuple[float, float],
    up: tuple[float, float],
    place: Callable[[float, float], Point],
    colour: str,
) -> None:
    run: list[Point] = []
    for step in range(601):
        x = across[0] + (across[1] - across[0]) * step / 600
        y = curve(x)
        if y is None or not up[0] <= y <= up[1]:
            if len(run) > 1:
                canvas.line(run, colour, 3.5)
            run = []
        else:
            run.append(place(x, y))
    if len(run) > 1:
        canvas.line(run, colour, 3.5)
