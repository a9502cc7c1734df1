"""What two texts share, told exactly: passages, shares, swapped words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenlan.similarity.engine import Wording, compare, marks_of, strengths, wording_of

ESSAY = (
    "组织部门和组工干部的定位，一直以来就是两句话：组织部门是管干部的部门，组工干部是管干部的干部。"
    "我们要深刻理解用组织路线保证政治路线这句话的含义和现实意义，增强使命感。"
    "管干部是赋予组织部门的职责，我们履行职责的状况直接关系到组织路线和政治路线。"
    "近一段时间，各单位把培训作为第一步，安排了一系列具体措施，一步一步抓落实。"
    "对本部全体干部和市直部门负责同志进行培训，大家举一反三、相互启发、共同提高。"
)
OTHER = (
    "灯塔建在海边的岩石上，夜里为归来的渔船照亮航道。守塔的老人每天黄昏登上台阶，擦拭玻璃，点燃灯火。"
    "风暴来临时，海浪拍打塔身，窗户震动，灯光却始终没有熄灭。许多年后，自动设备代替了人工，老人搬回村庄居住。"
    "孩子们仍旧喜欢听他讲述从前的故事：沉没的货轮、迷路的鲸鱼、冬天冻结的港湾。"
)


def text(words: str) -> Wording:
    return wording_of([words])


def test_a_text_is_wholly_in_itself() -> None:
    comparison = compare(text(ESSAY), text(ESSAY))
    assert comparison.share > 0.95
    assert comparison.other_share > 0.95
    assert not comparison.swapped


def test_texts_of_nothing_in_common_share_nothing() -> None:
    comparison = compare(text(ESSAY), text(OTHER))
    assert (comparison.passages, comparison.share, comparison.other_share) == ((), 0.0, 0.0)


def test_swapped_words_are_named_with_what_they_stand_for() -> None:
    disguised = ESSAY.replace("培训", "训练").replace("职责", "责任")
    comparison = compare(text(disguised), text(ESSAY))
    assert comparison.share > 0.9
    assert comparison.swapped["培训", "训练"] == 2
    assert comparison.swapped["职责", "责任"] >= 1


def test_a_part_is_wholly_in_the_whole_and_the_whole_partly_in_it() -> None:
    merged = OTHER + ESSAY
    comparison = compare(text(merged), text(ESSAY))
    assert comparison.other_share > 0.95
    assert 0.3 < comparison.share < 0.8
    (passage,) = comparison.passages
    assert comparison.mine.passage(passage.first, passage.last).startswith("组织部门")


def test_moved_sentences_are_found_where_they_stand_now() -> None:
    first, second, *rest = ESSAY.split("。")
    moved = "。".join([*rest[:-1], second, first]) + "。"
    comparison = compare(text(moved), text(ESSAY))
    assert comparison.share > 0.9
    assert len(comparison.passages) > 1


def test_the_script_and_the_layout_make_no_difference() -> None:
    torn = "\n".join(ESSAY[place : place + 17] for place in range(0, len(ESSAY), 17))
    traditional = torn.replace("组", "組").replace("织", "織").replace("门", "門").replace("动", "動")
    comparison = compare(text(traditional), text(ESSAY))
    assert comparison.share > 0.95


def test_english_is_compared_word_by_word() -> None:
    essay = (
        "The lighthouse stands on a rock above the harbour and guides fishing boats through the narrow channel. "
        "Every evening the old keeper climbs the stairs, cleans the glass and lights the lamp before sunset."
    )
    disguised = essay.replace("harbour", "port").replace("evening", "night")
    comparison = compare(text(disguised), text(essay))
    assert comparison.share > 0.9
    assert comparison.swapped["harbour", "port"] == 1


def test_what_many_works_have_says_little_about_any_of_them() -> None:
    mine = text(OTHER + ESSAY)
    others = [text(ESSAY + each) for each in ("甲方乙方", "丙丁", "戊己")] + [text(OTHER)]
    comparisons = [compare(mine, other) for other in others]
    common, *_others, own = strengths(comparisons, [1, 2, 3, 4])
    assert own > 5 * common
    alone = strengths(comparisons, [1, 1, 1, 4])[0]
    assert alone > 5 * common  # the copies of one work do not speak for each other


@pytest.mark.parametrize("words", ["", "。！？", "字", "好" * 100_000])
def test_texts_with_nothing_to_compare_share_nothing(words: str) -> None:
    comparison = compare(text(words), text(ESSAY))
    assert comparison.passages == ()
    assert comparison.share == 0.0
    compare(text(words), text(words))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["海", "灯塔", "渔船", "港口", "风", "浪", "night", "ship", "。"]), max_size=200)
)
def test_shares_are_shares_and_passages_never_overlap(words: list[str]) -> None:
    mine, other = text(" ".join(words)), text(" ".join(words[::2] + words[:40]))
    comparison = compare(mine, other)
    assert 0.0 <= comparison.share <= 1.0
    assert 0.0 <= comparison.other_share <= 1.0
    for spans in (
        sorted((passage.first, passage.last) for passage in comparison.passages),
        sorted((passage.other_first, passage.other_last) for passage in comparison.passages),
    ):
        assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_marks_are_the_same_wherever_the_words_stand() -> None:
    assert marks_of(text(ESSAY).words) <= marks_of(text(OTHER + ESSAY).words) | marks_of(text(ESSAY).words)
    shared = marks_of(text(ESSAY).words) & marks_of(text(OTHER + ESSAY).words)
    assert len(shared) > 0.9 * len(marks_of(text(ESSAY).words))
