"""The pictures that the compositions name, outside the handbook of mathematics and the paper."""

import heapq
import math
import random
from collections.abc import Callable
from functools import partial

from wenlan.demo.documents.pictures import charts, scenes
from wenlan.demo.documents.texts.science import day_length_hours

Figures = dict[str, Callable[[], bytes]]

WATER: Figures = {
    "water": partial(scenes.states_of_water, ("冰", "水", "水蒸气"), ("融化", "蒸发", "凝固", "凝结")),
    "melting": partial(
        charts.line_chart,
        "碎冰的温度（摄氏度）",
        [f"{minute} 分" for minute in range(11)],
        {"温度": [-4, -2.5, -1, 0, 0, 0.2, 0, 0.3, 1.5, 3.5, 5.5]},
        size=(1000, 460),
    ),
}

PHYSICS: Figures = {
    "lever": partial(scenes.lever, 1, 3, "阻力", "动力", ("支点", "阻力臂", "动力臂")),
    "balance": partial(scenes.lever, 1, 2, "4 N", "2 N", ("支点", "10 cm", "20 cm")),
    "buoyancy": partial(scenes.buoyancy, (0.5, 1.3, 2.05), ("漂浮", "悬浮", "沉底"), ("重力", "浮力")),
}

_NUMBERS = (7, 3, 9, 1, 5, 8, 2, 6)


def _count_insertion(values: list[int]) -> int:
    values, count = list(values), 0
    for place in range(1, len(values)):
        held, at = values[place], place
        while at:
            count += 1
            if values[at - 1] <= held:
                break
            values[at] = values[at - 1]
            at -= 1
        values[at] = held
    return count


class _Counted:
    """A number that counts how often it is compared."""

    count = 0

    def __init__(self, value: int) -> None:
        self.value = value

    def __lt__(self, other: "_Counted") -> bool:
        _Counted.count += 1
        return self.value < other.value


def _count_merge(values: list[int]) -> int:
    def ordered(part: list[_Counted]) -> list[_Counted]:
        if len(part) < 2:
            return part
        half = len(part) // 2
        return list(heapq.merge(ordered(part[:half]), ordered(part[half:])))

    _Counted.count = 0
    ordered([_Counted(value) for value in values])
    return _Counted.count


def _comparisons() -> bytes:
    chance, sizes = random.Random(3), (50, 100, 200, 300, 400)
    rows: dict[str, list[float]] = {"插入排序": [], "归并排序": []}
    for size in sizes:
        values = [chance.randrange(10_000) for _ in range(size)]
        rows["插入排序"].append(_count_insertion(values))
        rows["归并排序"].append(_count_merge(values))
    return charts.line_chart("比较次数", [str(size) for size in sizes], rows, size=(1100, 480))


SORTING: Figures = {
    "bubble": partial(scenes.sorting_bars, _NUMBERS, marked=(0, 1)),
    "bubble_done": partial(scenes.sorting_bars, (3, 7, 1, 5, 8, 2, 6, 9), done=(7,)),
    "selection": partial(scenes.sorting_bars, _NUMBERS, marked=(0, 3)),
    "insertion": partial(scenes.sorting_bars, (1, 3, 7, 9, 5, 8, 2, 6), marked=(4,), done=(0, 1, 2, 3)),
    "merge": partial(scenes.flow, ("7 3 9 1/5 8 2 6", "1 3 7 9", "2 5 6 8", "1 2 3 5/6 7 8 9")),
    "quick": partial(scenes.sorting_bars, (3, 1, 2, 5, 7, 9, 8, 6), marked=(3,), done=(0, 1, 2)),
    "measured": _comparisons,
}

GIT: Figures = {
    "areas": partial(
        scenes.flow, ("工作区/修改文件", "暂存区/git add", "仓库/git commit", "远程仓库/git push")
    ),
    "branches": partial(scenes.flow, ("主线/第 1 次提交", "分出/新分支", "分支上/两次提交", "合并/回到主线")),
}

FRACTIONS: Figures = {
    "quarters": partial(scenes.number_line, 4, 3, ("0", "1/4", "2/4", "3/4", "1")),
}


def _compound() -> bytes:
    labels = [str(year) for year in range(0, 31, 3)]
    rows = {
        "复利": [10_000 * 1.05**year for year in range(0, 31, 3)],
        "单利": [10_000 * (1 + 0.05 * year) for year in range(0, 31, 3)],
    }
    return charts.line_chart("本利和（元），年利率 5%", labels, rows, size=(1000, 500))


MONEY: Figures = {"compound": _compound}


def _kiosk(*, both: bool) -> bytes:
    prices = range(6, 25, 2)
    rows: dict[str, list[float]] = {"Cups wanted": [180 - 6 * price for price in prices]}
    if both:
        rows["Cups offered"] = [6 * price for price in prices]
    title = "Cups per day at each price in yuan"
    return charts.line_chart(title, [str(price) for price in prices], rows, size=(900, 560))


MARKET: Figures = {"demand": partial(_kiosk, both=False), "equilibrium": partial(_kiosk, both=True)}

PRESSURE: Figures = {
    "day": partial(
        charts.line_chart,
        "收缩压与舒张压（毫米汞柱）",
        [f"{day}{time}" for day in "一二三四五六日" for time in ("早", "晚")],
        {
            "收缩压": [142, 136, 140, 133, 139, 131, 136, 130, 135, 128, 133, 127, 131, 126],
            "舒张压": [90, 86, 89, 85, 88, 84, 86, 82, 85, 81, 84, 80, 83, 79],
        },
        size=(1100, 480),
    ),
}

NECK: Figures = {
    "posture": partial(
        scenes.posture,
        (0, 15, 30, 45, 60),
        ("约 5 公斤", "约 12 公斤", "约 18 公斤", "约 22 公斤", "约 27 公斤"),
    ),
}

YUNNAN: Figures = {
    "lake": partial(
        scenes.landscape,
        ("#BFD9E6", "#F3E9D6"),
        ("#A9BFC4", "#7FA0A0", "#5C8480", "#3F6A63"),
        water="#8DB7C4",
        seed=4,
    ),
    "climate": partial(
        charts.line_chart,
        "平均最高与最低气温",
        [f"{month} 月" for month in range(1, 13)],
        {
            "最高": [16, 17, 20, 23, 25, 25, 25, 25, 23, 21, 18, 16],
            "最低": [2, 4, 7, 10, 14, 17, 17, 17, 15, 12, 7, 3],
        },
        size=(1100, 480),
    ),
}

COOKING: Figures = {
    "plate": partial(
        charts.pie_chart,
        "一餐的搭配",
        {"蔬菜": 40, "主食": 25, "鱼、肉、蛋、豆": 25, "水果": 10},
        size=(1000, 480),
    ),
}


def _daylight() -> bytes:
    names = ["立春", "春分", "立夏", "夏至", "立秋", "秋分", "立冬", "冬至"]
    numbers = [2, 5, 8, 11, 14, 17, 20, 23]
    rows = {
        place: [round(day_length_hours(2026, number, latitude), 2) for number in numbers]
        for place, latitude in (("哈尔滨", 45.8), ("北京", 39.9), ("广州", 23.1))
    }
    return charts.line_chart("昼长（小时）", names, rows, size=(1100, 500))


TERMS: Figures = {"daylight": _daylight}

PLANETS: Figures = {
    "system": partial(
        scenes.solar_system, ("水星", "金星", "地球", "火星", "木星", "土星", "天王星", "海王星")
    ),
    "mercury": partial(scenes.planet, 0),
    "venus": partial(scenes.planet, 1, bands=True),
    "earth": partial(scenes.planet, 2, bands=True),
    "mars": partial(scenes.planet, 3),
    "jupiter": partial(scenes.planet, 4, bands=True),
    "saturn": partial(scenes.planet, 5, ring=True, bands=True),
    "neptune": partial(scenes.planet, 7, bands=True),
    "moon": partial(
        scenes.moon_phases, ("新月", "蛾眉月", "上弦月", "盈凸月", "满月", "亏凸月", "下弦月", "残月")
    ),
}

_PLOUGH = (
    (0.02, 0.62, 1.9), (0.18, 0.42, 2.2), (0.32, 0.46, 1.8), (0.46, 0.55, 3.3),
    (0.50, 0.80, 2.4), (0.78, 0.86, 2.4), (0.82, 0.52, 1.8),
)  # fmt: skip


def _cepheid() -> bytes:
    hours = range(0, 264, 6)
    labels = [f"{hour / 24:g}" for hour in hours]
    light = [
        4.35 - 0.45 * math.exp(-((hour / 24 % 5.4) - 1) / 2)
        if hour / 24 % 5.4 >= 1
        else 4.29 - 0.39 * (hour / 24 % 5.4)
        for hour in hours
    ]
    return charts.line_chart(
        "Brightness (4.4 minus magnitude) against days",
        labels,
        {"light": [round(4.4 - value, 3) for value in light]},
        size=(1000, 460),
        dots=False,
    )


NIGHT: Figures = {
    "plough": partial(scenes.star_map, "The Plough", ((0, 1, 2, 3, 4, 5, 6, 3),), _PLOUGH),
    "variable": _cepheid,
}

_DESKS = ("Post", "Passport", "Tax", "Parking", "Library", "Permits")

PRESENTING: Figures = {
    "before": partial(
        charts.bar_chart,
        "Data 2026",
        _DESKS,
        {"A": [12, 31, 22, 9, 6, 27], "B": [8, 20, 19, 9, 5, 18], "C": [10, 25, 20, 8, 6, 22]},
        size=(900, 560),
    ),
    "after": partial(
        charts.bar_chart,
        "Minutes of waiting: passports still take longest",
        ("Passport", "Permits", "Tax", "Parking", "Post", "Library"),
        {"Minutes": [20, 18, 15, 9, 8, 5]},
        size=(900, 560),
    ),
}
