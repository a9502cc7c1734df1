"""The handbook's pictures: graphs of the functions that the text speaks of."""

import math
from collections.abc import Callable
from functools import partial

from wenlan.demo.documents.pictures.charts import bar_chart, function_plot, line_chart


def _reciprocal(x: float) -> float | None:
    return 1 / x if x else None


def _logarithm(x: float) -> float | None:
    return math.log2(x) if x > 0 else None


def _circle(sign: int, x: float) -> float | None:
    inside = 9 - (x - 2) ** 2
    return 1 + sign * math.sqrt(inside) if inside >= 0 else None


def _ellipse(sign: int, x: float) -> float | None:
    inside = 1 - x * x / 25
    return sign * 4 * math.sqrt(inside) if inside >= 0 else None


def _functions() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "奇：x³/4": lambda x: x**3 / 4,
        "偶：x²/2": lambda x: x * x / 2,
        "一般：2x-1": lambda x: 2 * x - 1,
    }
    return function_plot("奇偶性看对称", curves, (-4, 4), (-5, 5))


def _quadratic() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "x²-4x+3": lambda x: x * x - 4 * x + 3,
        "-x²+2x+1": lambda x: -x * x + 2 * x + 1,
    }
    marks = {"(2,-1)": (2.0, -1.0), "(1,2)": (1.0, 2.0)}
    return function_plot("两条抛物线", curves, (-3, 6), (-4, 6), points=marks)


def _exponential() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "2 的 x 次方": lambda x: 2**x,
        "以 2 为底的对数": _logarithm,
        "y = x": lambda x: x,
    }
    return function_plot("互为反函数", curves, (-4, 6), (-4, 6))


def _sine() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "sin x": math.sin,
        "2 sin x": lambda x: 2 * math.sin(x),
        "sin 2x": lambda x: math.sin(2 * x),
    }
    return function_plot("三条正弦曲线", curves, (-6.5, 6.5), (-2.5, 2.5), size=(1000, 480))


def _sequences() -> bytes:
    labels = [str(n) for n in range(1, 11)]
    rows = {
        "等差 3n+2": [3 * n + 2.0 for n in range(1, 11)],
        "等比 1.5 的 n 次方": [1.5**n for n in range(1, 11)],
    }
    return line_chart("两种数列的增长", labels, rows, size=(1000, 480))


def _circle_and_line() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "圆": partial(_circle, 1),
        "直线": lambda x: (5 - 3 * x) / 4,
        "": partial(_circle, -1),
    }
    return function_plot(
        "弦与弦心距", {**curves}, (-3, 7), (-3, 5), points={"圆心": (2.0, 1.0)}, size=(800, 640)
    )


def _ellipse_and_foci() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "上半": partial(_ellipse, 1),
        "下半": partial(_ellipse, -1),
    }
    marks = {"左焦点": (-3.0, 0.0), "右焦点": (3.0, 0.0)}
    return function_plot("椭圆与焦点", curves, (-7, 7), (-5, 5), points=marks, size=(900, 620))


def _derivative() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "原函数": lambda x: x**3 - 3 * x,
        "导数": lambda x: 3 * x * x - 3,
    }
    marks = {"极大": (-1.0, 2.0), "极小": (1.0, -2.0)}
    return function_plot("函数与导数", curves, (-3, 3), (-5, 6), points=marks)


def _strategy() -> bytes:
    curves: dict[str, Callable[[float], float | None]] = {
        "ln x": lambda x: math.log(x) if x > 0 else None,
        "x - 2": lambda x: x - 2,
    }
    return function_plot("两个交点就是两个根", curves, (-1, 5), (-4, 3))


def _dice() -> bytes:
    ways = [6 - abs(total - 7) for total in range(2, 13)]
    return bar_chart(
        "每种点数和的结果数（共 36 种）",
        [str(total) for total in range(2, 13)],
        {"结果数": ways},
        size=(1000, 460),
    )


def _histogram() -> bytes:
    labels = ["150-155", "155-160", "160-165", "165-170", "170-175", "175-180", "180-185"]
    return bar_chart("身高（厘米）与人数", labels, {"人数": [6, 13, 21, 26, 19, 11, 4]}, size=(1000, 460))


FIGURES: dict[str, Callable[[], bytes]] = {
    "functions": _functions,
    "quadratic": _quadratic,
    "exponential": _exponential,
    "sine": _sine,
    "sequences": _sequences,
    "circle": _circle_and_line,
    "ellipse": _ellipse_and_foci,
    "derivative": _derivative,
    "strategy": _strategy,
    "dice": _dice,
    "histogram": _histogram,
}
