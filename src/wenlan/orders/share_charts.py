"""The chart of clicks and sales by day, as places in a drawing of fixed size."""

from __future__ import annotations

from dataclasses import dataclass

from wenlan.orders.share_selectors import Day

WIDTH, HEIGHT = 720, 180
_TOP, _BOTTOM, _LEFT = 12, 32, 36
_FLOOR = HEIGHT - _BOTTOM


@dataclass(frozen=True)
class Bar:
    """The clicks of a day as a bar, and a mark above it when there was a sale."""

    day: Day
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def mark_y(self) -> int:
        return max(self.y - 8, _TOP)


@dataclass(frozen=True)
class Chart:
    """What `orders/_share_chart.html` draws: bars in a drawing of `width` by `height`, lines at full and half height."""

    bars: list[Bar]
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    floor: int = _FLOOR
    top: int = _TOP

    @property
    def days_with_something(self) -> list[Day]:
        """What the table beside the chart lists, the last day first."""
        return [bar.day for bar in reversed(self.bars) if not bar.day.is_empty]

    @property
    def clicks(self) -> int:
        return sum(bar.day.clicks for bar in self.bars)

    @property
    def sales(self) -> int:
        return sum(bar.day.sales for bar in self.bars)


def share_chart(days: list[Day]) -> Chart:
    """The chart of some days in a row."""
    most = max(4, *(day.clicks for day in days))
    step = (WIDTH - _LEFT) // len(days)
    bars = []
    for number, day in enumerate(days):
        height = round(day.clicks * (_FLOOR - _TOP) / most)
        bars.append(Bar(day, _LEFT + number * step + 2, _FLOOR - height, step - 4, height))
    return Chart(bars, most)
