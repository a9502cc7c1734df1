"""The laws of the formula: nobody buys the first place, and nobody new is put last."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from wenlan.search.ranking import SIGNALS, blend, quality_of, quality_parts, ranked, reach

WEIGHT = 0.2

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

counts = st.integers(min_value=0, max_value=10**9)
values = {name: counts if signal.half else st.sampled_from([-1, 0, 1]) for name, signal in SIGNALS.items()}
signals = st.fixed_dictionaries({}, optional=values)
fits = st.floats(min_value=0, max_value=1e4, allow_nan=False)
weights = st.floats(min_value=0, max_value=0.5)
hits = st.lists(st.tuples(fits, signals), max_size=30)


@unhurried
@given(signals)
def test_quality_stays_within_its_bounds(known: dict[str, float]) -> None:
    assert -1 <= quality_of(known) <= 1


def test_what_is_good_and_what_is_bad_add_up_to_the_bounds() -> None:
    good = {name: 1e12 for name, signal in SIGNALS.items() if signal.share > 0}
    bad = {name: 1e12 for name, signal in SIGNALS.items() if signal.share < 0}
    assert sum(quality_parts(good).values()) == pytest.approx(1)
    assert sum(quality_parts(bad | {"fidelity": -1}).values()) == pytest.approx(-1)
    assert max(abs(signal.share) for signal in SIGNALS.values()) <= 0.5


@unhurried
@given(st.sampled_from(sorted(SIGNALS)), signals, counts, counts)
def test_more_of_what_is_good_never_harms_and_more_of_what_is_bad_never_helps(
    name: str, others: dict[str, float], first: int, second: int
) -> None:
    less, more = (quality_of(others | {name: value}) for value in sorted([first, second]))
    assert less <= more if SIGNALS[name].share > 0 else less >= more


@unhurried
@given(fits, weights)
def test_a_document_of_which_nothing_is_known_stands_where_its_words_put_it(
    fit: float, weight: float
) -> None:
    assert quality_of({}) == 0
    assert quality_of(dict.fromkeys(SIGNALS, 0)) == 0
    assert blend(fit, quality_of({}), weight=weight) == fit


@unhurried
@given(st.dictionaries(st.text(), st.floats(allow_nan=False)))
def test_signals_that_nobody_knows_count_for_nothing(known: dict[str, float]) -> None:
    assume(not known.keys() & SIGNALS.keys())
    assert quality_of(known) == 0


@pytest.mark.parametrize("name", ["favourites", "sales", "readers"])
def test_nobody_buys_a_better_place_with_one_signal(name: str) -> None:
    bought = blend(1.0, quality_of({name: 10**9}), weight=WEIGHT)
    earned = blend(
        1.0, quality_of({"favourites": 8, "sales": 8, "readers": 20, "fidelity": 1}), weight=WEIGHT
    )
    assert bought <= 1.06 < earned


def test_whoever_complains_alone_harms_little_until_somebody_has_decided() -> None:
    assert quality_of({"complaints_open": 1}) >= -0.05
    assert quality_of({"complaints_upheld": 1}) <= -0.25


@unhurried
@given(st.lists(fits, max_size=30), signals, weights)
def test_equal_documents_stay_in_the_order_of_the_index(
    found: list[float], known: dict[str, float], weight: float
) -> None:
    found.sort(reverse=True)
    numbers = list(range(100, 100 + len(found)))
    qualities = dict.fromkeys(numbers, quality_of(known))
    assert [hit.document_id for hit in ranked(numbers, found, qualities, weight=weight)] == numbers


@unhurried
@given(hits, weights)
def test_reordering_loses_no_hit_shows_none_twice_and_says_where_each_was(
    found: list[tuple[float, dict[str, float]]], weight: float
) -> None:
    found.sort(key=lambda hit: -hit[0])
    numbers = list(range(len(found)))
    qualities = {number: quality_of(known) for number, (_, known) in enumerate(found)}
    result = ranked(numbers, [fit for fit, _ in found], qualities, weight=weight)

    assert sorted(hit.document_id for hit in result) == numbers
    assert [hit.place for hit in result] == [number + 1 for number in numbers]
    assert all(hit.place_by_fit == hit.document_id + 1 for hit in result)
    assert [hit.score for hit in result] == sorted((hit.score for hit in result), reverse=True)


@unhurried
@given(fits, fits, signals, signals, weights)
def test_quality_never_lifts_what_hardly_fits_above_what_fits_clearly(
    one: float, other: float, of_one: dict[str, float], of_other: dict[str, float], weight: float
) -> None:
    assume(one > other * reach(weight) * (1 + 1e-9))
    qualities = {1: quality_of(of_one), 2: quality_of(of_other)}
    assert ranked([1, 2], [one, other], qualities, weight=weight)[0].document_id == 1


def test_with_the_usual_weight_a_document_that_fits_two_thirds_as_well_never_passes() -> None:
    assert reach(WEIGHT) == pytest.approx(1.5)


def test_of_two_that_fit_alike_the_one_with_pages_missing_and_upheld_complaints_comes_last() -> None:
    qualities = {1: quality_of({"fidelity": -1, "complaints_upheld": 2}), 2: quality_of({})}
    assert [hit.document_id for hit in ranked([1, 2], [7.0, 7.0], qualities, weight=WEIGHT)] == [2, 1]
