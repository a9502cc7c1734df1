"""Numbers of pages, prices and dates: as readers write them (`>10`, `5..10`, `free`, `2025-06`), as filters and in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenlan.core.money import InvalidAmount, format_money, parse_money

PAGES_MAX = 1_000_000
PRICE_MAX_MINOR = 10**12

#: Steps that readers choose from; of prices up to how much, in major units.
PAGES_STEPS = ("1..5", "6..20", "21..50", ">50")
PRICE_STEPS = {
    "CNY": (5, 20),
    "USD": (1, 5),
    "EUR": (1, 5),
    "HKD": (5, 20),
    "TWD": (20, 100),
    "JPY": (100, 500),
}
DATE_STEPS = {"week": 7, "month": 30, "year": 365}
"""In days."""
OLDER = "older"
"""Than the longest of these."""

Filters = dict[str, int]
T = TypeVar("T", int, date)


class Interval(NamedTuple):
    """What somebody wrote: `sign` is `=`, `>`, `>=`, `<`, `<=` or `..`, which alone has two values."""

    sign: str
    first: str
    last: str


_VALUE = r"[^<>=≥≤~]+?"
_ONE = re.compile(rf"(?P<sign>>=|<=|[<>=≥≤]?)(?P<value>{_VALUE})")
_TWO = re.compile(rf"(?P<first>{_VALUE})?(?:\.\.\.?|~)(?P<last>{_VALUE})?")
_DASHED = re.compile(r"(\d)[-–—](?=[¥$€]?\d)")
_SIGNS = {"": "=", "≥": ">=", "≤": "<="}


def interval_of(written: str) -> Interval | None:
    """The sign and the values of `>10` or `5..10`; whether they mean anything is not looked at."""
    if (two := _TWO.fullmatch(written)) and (two["first"] or two["last"]):
        if two["first"] and two["last"]:
            return Interval("..", two["first"], two["last"])
        return Interval(">=" if two["first"] else "<=", *[two["first"] or two["last"]] * 2)
    one = _ONE.fullmatch(written)
    return Interval(_SIGNS.get(one["sign"], one["sign"]), one["value"], one["value"]) if one else None


def _limits(sign: str, first: T, last: T, step: Callable[[T, int], T]) -> tuple[T | None, T | None]:
    """The first and the last value that count, where the interval names `first` and `last`."""
    return {
        "=": (first, last),
        "..": (first, last),
        ">": (step(last, 1), None),
        ">=": (first, None),
        "<": (None, step(first, -1)),
        "<=": (None, last),
    }[sign]


def _added(number: int, step: int) -> int:
    return number + step


def _filters(name: str, sign: str, first: int, last: int) -> Filters | None:
    lower, upper = _limits(sign, first, last, _added)
    if (upper is not None and upper < 0) or (lower is not None and upper is not None and upper < lower):
        return None
    limits = {f"{name}_min": lower, f"{name}_max": upper}
    return {key: value for key, value in limits.items() if value is not None}


def _amount_shown(sign: str, first: str, last: str) -> str:
    """`last` has its unit; `first` is written before it."""
    wording = {
        "=": "%(last)s",
        "..": _("%(first)s to %(last)s"),
        ">": _("More than %(last)s"),
        ">=": _("%(last)s or more"),
        "<": _("Less than %(last)s"),
        "<=": _("Up to %(last)s"),
    }[sign]
    return wording % {"first": first, "last": last}


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────
def pages_filters(written: str) -> Filters | None:
    """None where `written` names no number of pages."""
    read = _pages(written)
    return _filters("pages", *read) if read else None


def pages_shown(written: str) -> str:
    """What `pages_filters` understood, in words."""
    sign, first, last = _pages(written) or ("=", 0, 0)
    words = ngettext("%(pages)s page", "%(pages)s pages", last) % {"pages": last}
    return _amount_shown(sign, str(first), words)


def _pages(written: str) -> tuple[str, int, int] | None:
    interval = interval_of(_DASHED.sub(r"\1..", re.sub(r"页|pages?$", "", written)))
    if interval is None or not all(re.fullmatch("[0-9]{1,7}", value) for value in interval[1:]):
        return None
    return interval.sign, min(PAGES_MAX, int(interval.first)), min(PAGES_MAX, int(interval.last))


# ── Prices ────────────────────────────────────────────────────────────────────────────────────────────────
FREE, PAID = "free", "paid"
_PRICE_NAMES = {"免费": FREE, "付费": PAID, "收费": PAID}


def price_filters(written: str) -> Filters | None:
    """None where `written` names no price, in major units of the currency of this site."""
    name = _PRICE_NAMES.get(written, written)
    if name in {FREE, PAID}:
        return {"price_max": 0} if name == FREE else {"price_min": 1}
    read = _price(written)
    return _filters("price", *read) if read else None


def price_shown(written: str) -> str:
    """What `price_filters` understood, in words."""
    name = _PRICE_NAMES.get(written, written)
    if name in {FREE, PAID}:
        return _("Free") if name == FREE else _("For sale")
    sign, first, last = _price(written) or ("=", 0, 0)
    return _amount_shown(sign, format_money(first, settings.CURRENCY), format_money(last, settings.CURRENCY))


def _price(written: str) -> tuple[str, int, int] | None:
    interval = interval_of(_DASHED.sub(r"\1..", re.sub(r"元|(?:hk|nt|jp)?[¥$€]", "", written)))
    if interval is None:
        return None
    try:
        first, last = (
            parse_money(value, settings.CURRENCY, maximum_minor=PRICE_MAX_MINOR) for value in interval[1:]
        )
    except InvalidAmount:
        return None
    return interval.sign, first, last


# ── Dates ─────────────────────────────────────────────────────────────────────────────────────────────────
_DATE_NAMES = {"一周": "week", "一个月": "month", "一年": "year", "更早": OLDER}
_DAY = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:[-/.年](?P<month>1[0-2]|0?[1-9])(?:[-/.月](?P<day>3[01]|[12]\d|0?[1-9])日?|月)?|年)?"
)


class _Period(NamedTuple):
    """A year, a month or a day, as `written` in numbers."""

    first: date
    last: date
    written: str


def date_filters(written: str) -> Filters | None:
    """None where `written` names no date. Days are those of the site's time zone."""
    name = _DATE_NAMES.get(written, written)
    if name in DATE_STEPS:
        return {"published_from": _second_of(_days_ago(DATE_STEPS[name]))}
    if name == OLDER:
        return {"published_before": _second_of(_days_ago(max(DATE_STEPS.values())))}
    read = _dates(written)
    if read is None:
        return None
    first, last = _limits(read[0], read[1].first, read[2].last, _days_later)
    if first and last and last < first:
        return None
    filters = {}
    if first:
        filters["published_from"] = _second_of(first)
    if last:
        filters["published_before"] = _second_of(_days_later(last, 1))
    return filters


def date_shown(written: str) -> str:
    """What `date_filters` understood, in words."""
    name = _DATE_NAMES.get(written, written)
    if name in {*DATE_STEPS, OLDER}:
        return {
            "week": _("In the last week"),
            "month": _("In the last month"),
            "year": _("In the last year"),
            OLDER: _("More than a year ago"),
        }[name]
    read = _dates(written)
    if read is None:
        return ""
    sign, first, last = read
    wording = {
        "=": _("Published in %(last)s"),
        "..": _("%(first)s to %(last)s"),
        ">": _("After %(last)s"),
        ">=": _("Since %(last)s"),
        "<": _("Before %(last)s"),
        "<=": _("Until %(last)s"),
    }[sign]
    return wording % {"first": first.written, "last": last.written}


def _dates(written: str) -> tuple[str, _Period, _Period] | None:
    interval = interval_of(written)
    if interval is None:
        return None
    first, last = _period(interval.first), _period(interval.last)
    return (interval.sign, first, last) if first and last else None


def _period(written: str) -> _Period | None:
    match = _DAY.fullmatch(written)
    if match is None:
        return None
    numbers = [int(number) for number in match.groups() if number]
    try:
        first = date(*[*numbers, 1, 1][:3])
    except ValueError:  # 30 February
        return None
    if len(numbers) == 3:
        last = first
    elif len(numbers) == 2:
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    else:
        last = first.replace(month=12, day=31)
    return _Period(first, last, first.isoformat()[: (4, 7, 10)[len(numbers) - 1]])


def _days_later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def _second_of(day: date) -> int:
    """The first second of a day, since 1970."""
    start = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
    return max(0, int(start.timestamp()))
