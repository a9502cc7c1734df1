"""Presentations that play: what LibreOffice writes is made safe, and cut without a trace of what is cut away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pptx
import pytest
from lxml import etree

from tests.conversion.engine.conftest import make_png, make_pptx
from tests.decks import write_deck, write_footed_deck
from wenlan.conversion.engine import Limits, NotPlayable, Result, convert, slides_cut
from wenlan.conversion.engine.bounds import Deadline, DeadlineExceeded
from wenlan.conversion.engine.inside.slides import keep, player_of
from wenlan.conversion.engine.layouter import shared_layouter
from wenlan.conversion.engine.model import ConversionFailed, Status
from wenlan.conversion.engine.office import LayoutJob, SofficeLayouter
from wenlan.conversion.engine.slides import slides_keep

WORDS = "航海入门", "灯塔", "航道", "船坞", "潮汐"
PLAYER = "var player = 'of this house';"
SVG = "{http://www.w3.org/2000/svg}"
TARGET = "{http://www.w3.org/2001/SMIL20/}targetElement"
SUB_ITEM = "{urn:oasis:names:tc:opendocument:xmlns:animation:1.0}sub-item"

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>{declaration}<svg xmlns="http://www.w3.org/2000/svg"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ooo="http://xml.openoffice.org/svg/export"'
    ' xmlns:smil="http://www.w3.org/2001/SMIL20/" xmlns:anim="urn:oasis:names:tc:opendocument:xmlns:animation:1.0">'
    '<defs><g id="ooo:meta_slides" ooo:number-of-slides="1"><g id="ooo:meta_slide_0" ooo:slide="id1"/></g></defs>'
    '<g class="SlideGroup"><g><g id="container-id1"><g id="id1" class="Slide">{content}</g></g></g></g></svg>'
)


@pytest.fixture(scope="module")
def playing(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A deck of five slides, converted."""
    folder = tmp_path_factory.mktemp("deck")
    write_deck(folder / "deck.pptx", WORDS)
    return convert(folder / "deck.pptx", name="deck.pptx", out=folder / "out")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def cut_of(result: Result, folder: Path, slides: int) -> Path:
    """The first slides of what a conversion kept."""
    assert result.slides_path is not None
    slides_cut(result.slides_path, folder / "cut.svg", slides=slides, work=folder, limits=Limits())
    return folder / "cut.svg"


def kept(tmp_path: Path, content: str, *, declaration: str = "") -> str:
    """What is kept of a slide with this in it."""
    exported, target = tmp_path / "exported.svg", tmp_path / "kept.svg"
    exported.write_text(HEAD.format(content=content, declaration=declaration), encoding="utf-8")
    keep(exported, target, scripts=[PLAYER], slides=1)
    return text_of(target)


@pytest.mark.engine
def test_a_deck_with_animations_becomes_slides_that_play(playing: Result) -> None:
    assert (playing.status, playing.pages, playing.report["plays"]) == (Status.OK, 5, True)
    assert playing.report["animations"] >= 8
    assert playing.report["transitions"] == 5
    assert playing.slides_path is not None
    content = text_of(playing.slides_path)
    assert all(word in content for word in WORDS)
    assert "transitionFilter" in content


@pytest.mark.engine
def test_a_motion_of_a_paragraph_takes_its_bullet_along(playing: Result) -> None:
    assert playing.slides_path is not None
    root = etree.parse(str(playing.slides_path)).getroot()
    lines = {line.get("id") for line in root.iter(f"{SVG}tspan") if line.get("class") == "ListItem"} - {None}
    moved = [part for part in root.iter() if part.get(TARGET) in lines]
    assert moved
    assert {part.get(SUB_ITEM) for part in moved} == {"text"}


@pytest.mark.engine
def test_a_deck_without_animations_has_its_pages_only(engine: None, tmp_path: Path) -> None:
    make_pptx(tmp_path / "deck.pptx")
    result = convert(tmp_path / "deck.pptx", name="deck.pptx", out=tmp_path / "out")
    assert (result.status, result.report["plays"], result.slides_path) == (Status.OK, False, None)
    assert not (tmp_path / "out" / "slides.svg").exists()


@pytest.mark.engine
@pytest.mark.parametrize("slides", [1, 2, 3, 4])
def test_no_word_of_a_later_slide_is_in_the_cut(playing: Result, tmp_path: Path, slides: int) -> None:
    content = text_of(cut_of(playing, tmp_path, slides))
    assert [word in content for word in WORDS] == [number < slides for number in range(5)]
    whole, cut = (etree.parse(str(path)).getroot() for path in (playing.slides_path, tmp_path / "cut.svg"))
    gone = {str(element.get("id")) for element in whole.iter() if element.get("id")}
    gone -= {str(element.get("id")) for element in cut.iter()}
    assert gone
    named = {word for element in cut.iter() for value in element.attrib.values() for word in value.split()}
    assert not named & gone
    letters = set("".join(WORDS[slides:])) - set("".join(WORDS[:slides]) + "航海一二" + "Alice")
    assert not letters & set(content)


@pytest.mark.engine
def test_a_picture_of_a_later_slide_is_not_in_the_cut(engine: None, tmp_path: Path) -> None:
    write_deck(tmp_path / "deck.pptx", WORDS[:2])
    make_png(tmp_path / "chart.png")
    show = pptx.Presentation(str(tmp_path / "deck.pptx"))
    show.slides[1].shapes.add_picture(str(tmp_path / "chart.png"), 0, 0)
    show.save(str(tmp_path / "deck.pptx"))
    result = convert(tmp_path / "deck.pptx", name="deck.pptx", out=tmp_path / "out")
    pictures = [
        len(list(etree.parse(str(path)).getroot().iter(f"{SVG}image")))
        for path in (result.slides_path, cut_of(result, tmp_path, 1))
    ]
    assert pictures[0] > pictures[1]


@pytest.mark.engine
@pytest.mark.parametrize("slides", [1, 2])
def test_no_footer_and_no_date_of_a_later_slide_is_in_the_cut(
    engine: None, tmp_path: Path, slides: int
) -> None:
    write_footed_deck(tmp_path / "deck.odp", WORDS[:3])
    result = convert(tmp_path / "deck.odp", name="deck.odp", out=tmp_path / "out")
    assert result.slides_path is not None
    footers = [f"{kind}{word}" for word in WORDS[:3] for kind in ("footer ", "date ")]
    assert all(footer in text_of(result.slides_path) for footer in footers)
    content = text_of(cut_of(result, tmp_path, slides))
    assert [footer in content for footer in footers] == [number < 2 * slides for number in range(6)]


@pytest.mark.engine
def test_slides_that_are_not_clean_in_time_are_given_up(engine: None, tmp_path: Path) -> None:
    (tmp_path / "exported.svg").write_text(HEAD.format(content="", declaration=""), encoding="utf-8")
    with pytest.raises(DeadlineExceeded):
        slides_keep(
            tmp_path / "exported.svg",
            tmp_path / "kept.svg",
            player=PLAYER,
            slides=1,
            work=tmp_path,
            deadline=Deadline(0.0),
            limits=Limits(),
        )
    assert not (tmp_path / "kept.svg").exists()
    assert not list(tmp_path.glob("slides-*"))


@pytest.mark.engine
@pytest.mark.parametrize("slides", [0, 2])
def test_more_slides_than_there_are_cannot_be_cut(engine: None, tmp_path: Path, slides: int) -> None:
    kept(tmp_path, "")
    with pytest.raises(NotPlayable, match="there are no"):
        slides_cut(tmp_path / "kept.svg", tmp_path / "cut.svg", slides=slides, work=tmp_path, limits=Limits())


@pytest.mark.engine
def test_the_script_is_the_player_of_this_libreoffice_and_nothing_else(playing: Result) -> None:
    assert playing.slides_path is not None
    root = etree.parse(str(playing.slides_path)).getroot()
    first, second = (element.text or "" for element in root.iter(f"{SVG}script"))
    assert first == shared_layouter().player(Limits())
    assert "postMessage" in second


@pytest.mark.engine
def test_without_the_server_a_soffice_of_its_own_makes_the_slides(engine: None, tmp_path: Path) -> None:
    write_deck(tmp_path / "deck.pptx", WORDS[:2])
    result = convert(
        tmp_path / "deck.pptx", name="deck.pptx", out=tmp_path / "out", layouter=SofficeLayouter()
    )
    assert (result.status, result.report["plays"]) == (Status.OK, True)


class _NoSlides(SofficeLayouter):
    """A LibreOffice that lays out, and fails over the slides."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def to_slides(self, job: LayoutJob) -> Path:
        raise self.failure


@pytest.mark.engine
@pytest.mark.parametrize(
    "failure", [ConversionFailed(Status.DAMAGED, "damaged"), OSError("no room"), RuntimeError("a fault")]
)
def test_slides_that_fail_leave_the_pages_as_they_are(
    engine: None, tmp_path: Path, failure: Exception
) -> None:
    write_deck(tmp_path / "deck.pptx", WORDS[:2])
    result = convert(
        tmp_path / "deck.pptx", name="deck.pptx", out=tmp_path / "out", layouter=_NoSlides(failure)
    )
    assert (result.status, result.pages, result.report["plays"]) == (Status.OK, 2, False)


@pytest.mark.engine
@pytest.mark.parametrize("limits", [Limits(max_slides_bytes=100_000), Limits(slides_seconds=0.0)])
def test_slides_that_are_too_large_or_take_too_long_are_left_out(
    engine: None, tmp_path: Path, limits: Limits
) -> None:
    write_deck(tmp_path / "deck.pptx", WORDS[:2])
    result = convert(tmp_path / "deck.pptx", name="deck.pptx", out=tmp_path / "out", limits=limits)
    assert (result.status, result.pages, result.report["plays"]) == (Status.OK, 2, False)


@pytest.mark.parametrize(
    "content",
    [
        "<script>evil()</script>",
        '<g onclick="evil()" onload="evil()"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><p>evil</p></body></foreignObject>',
        '<image xlink:href="http://evil.example/a.png"/>',
        '<image xlink:href="file:///etc/passwd#evil"/>',
        '<image xlink:href="data:image/svg+xml;base64,evil"/>',
        '<use xlink:href="http://evil.example/#a"/>',
        '<use href="//evil.example/#a"/>',
        "<style>@import 'http://evil.example/'</style>",
        '<path fill="url(http://evil.example/)" style="fill: url(//evil.example)"/>',
        '<path style="background: \\75rl(//evil.example)"/>',
        '<animate attributeName="href" values="javascript:evil()"/>',
        '<set attributeName="href" to="javascript:evil()"/>',
        '<anim:animate smil:values="evil()"/>',
        '<anim:animate anim:formula="[].constructor.constructor(evil)()"/>',
        '<anim:animate smil:to="x`evil`" smil:from="&#34;evil&#34;" smil:by="x;evil=1"/>',
        '<anim:audio xlink:href="http://evil.example/a.mp3"/>',
        "<?xml-stylesheet href='http://evil.example/'?><!-- evil -->",
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil.example/"/>',
    ],
)
def test_nothing_that_acts_or_leads_outside_is_kept(tmp_path: Path, content: str) -> None:
    assert "evil" not in kept(tmp_path, content)


def test_the_words_of_a_link_stay_and_where_it_leads_does_not(tmp_path: Path) -> None:
    content = kept(tmp_path, '<text>see <a xlink:href="https://evil.example/">the harbour</a> there</text>')
    assert "evil" not in content
    words = etree.fromstring(content.encode()).itertext(f"{SVG}text", f"{SVG}tspan")
    assert "".join(map(str, words)) == "see the harbour there"


LONG = 1_000_000


@pytest.mark.parametrize(
    "attribute",
    [
        f'ooo:name="{"m" * LONG}"',
        f'ooo:name="{"script" * (LONG // 6)}"',
        f'font-family="{"Song" + " " * LONG + "x"}"',
        f'smil:to="{"9" * LONG}"',
    ],
    ids=["letters", "scripts", "blanks", "digits"],
)
def test_an_attribute_of_a_million_letters_is_left_out(tmp_path: Path, attribute: str) -> None:
    content = kept(tmp_path, f"<g {attribute}><text>灯塔</text></g>")
    assert "灯塔" in content
    assert len(content) < 10_000


def test_coordinates_may_be_of_any_length(tmp_path: Path) -> None:
    course = "M 0,0" + " L 10,10" * LONG
    assert course in kept(tmp_path, f'<path d="{course}"/>')


@pytest.mark.parametrize(
    "values", ["x;x-0.5*height", "0-width/2", "sin(2*pi*$)", "#ff0080", "rgb(1,2,3)", "1e-05"]
)
def test_arithmetic_of_animations_is_kept(tmp_path: Path, values: str) -> None:
    assert f'smil:values="{values}"' in kept(tmp_path, f'<anim:animate smil:values="{values}"/>')


@pytest.mark.parametrize(
    ("family", "stand_in"),
    [
        ("微软雅黑", "Noto Sans CJK SC, "),
        ("Calibri, sans-serif", "Noto Sans CJK SC, "),
        ("SimSun", "Noto Serif CJK SC, "),
        ("宋体, serif", "Noto Serif CJK SC, "),
        ("Arial , sans-serif", "Noto Sans CJK SC, "),
        ("楷体", "KaiTi, "),
    ],
)
def test_a_font_the_device_lacks_is_replaced_by_one_of_its_kind(
    tmp_path: Path, family: str, stand_in: str
) -> None:
    content = kept(tmp_path, f'<text font-family="{family}">文</text>')
    assert f'font-family="{family.partition(",")[0].strip()}, ' in content
    assert stand_in in content


def _not_exports() -> Iterator[tuple[str, str]]:
    yield "no XML", "nothing"
    yield "another root", "<html/>"
    yield "no slides", '<svg xmlns="http://www.w3.org/2000/svg"/>'
    yield "entities", HEAD.format(content="&a;", declaration='<!DOCTYPE svg [<!ENTITY a "b">]>')
    yield "depth", HEAD.format(content="<g>" * 5000 + "</g>" * 5000, declaration="")
    yield (
        "another number",
        HEAD.format(content="", declaration="").replace('ooo:slide="id1"', 'ooo:slide="id2"'),
    )


@pytest.mark.parametrize(
    "content", [item[1] for item in _not_exports()], ids=[item[0] for item in _not_exports()]
)
def test_what_is_no_export_of_these_slides_does_not_play(tmp_path: Path, content: str) -> None:
    (tmp_path / "exported.svg").write_text(content, encoding="utf-8")
    with pytest.raises(NotPlayable):
        keep(tmp_path / "exported.svg", tmp_path / "kept.svg", scripts=[PLAYER], slides=1)


def test_a_sample_without_a_script_gives_no_player(tmp_path: Path) -> None:
    (tmp_path / "sample.svg").write_text(HEAD.format(content="", declaration=""), encoding="utf-8")
    with pytest.raises(NotPlayable):
        player_of(tmp_path / "sample.svg")
