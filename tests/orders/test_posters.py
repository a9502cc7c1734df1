"""Posters: the words on them fit, break where they may, and the code leads where it should."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.conversion.engine.pixels import Pixels
from wenlan.core.text import clean_line
from wenlan.documents.models import Document
from wenlan.orders.lettering import drawable, font, lines
from wenlan.orders.models import ShareLink
from wenlan.orders.posters import HEIGHT, WIDTH, PosterWords, poster_png
from wenlan.orders.services import poster_draw, poster_known, share_link_for

TITLES = {
    "short": "通知",
    "long Chinese": "关于进一步加强全市中小学校安全管理工作的通知（征求意见稿）第三次修订版，附评分细则" * 3,
    "one long word": "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4,
    "nothing the font has": "\U0001f600\U0001f601",
    "punctuation alone": "（（（（《《《《",
}


def _words(title: str) -> PosterWords:
    return PosterWords(
        title, "作者", "DOC · 5 页", "文澜", "扫码阅读", "https://library.example.org/s/abcdefghjk/"
    )


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("cover", [None, Pixels(2, 2, b"\x40" * 12)], ids=["no cover", "a cover"])
def test_every_title_makes_a_poster_with_room_around_its_words(title: str, cover: Pixels | None) -> None:
    poster = Image.open(io.BytesIO(poster_png(_words(title), cover)))
    assert poster.size == (WIDTH, HEIGHT)
    margins = [poster.crop(box) for box in ((0, 20, 80, HEIGHT), (WIDTH - 80, 20, WIDTH, HEIGHT))]
    assert [margin.getcolors(1) for margin in margins] == [[(80 * (HEIGHT - 20), (251, 249, 244))]] * 2


@given(st.text(max_size=300).map(clean_line), st.integers(1, 4))
def test_lines_are_never_wider_than_their_room_and_lose_nothing_but_the_end(text: str, limit: int) -> None:
    set_in = font("serif", 40)
    text = drawable(text, "serif")
    found = lines(text, set_in, width=400, limit=limit)
    assert len(found) <= limit
    assert all(set_in.getlength(line) <= 400 for line in found)
    together, whole = "".join("".join(found).split()), "".join(text.split())
    assert together == whole or whole.startswith(together.removesuffix("…"))


def test_no_line_begins_with_a_comma_or_ends_with_an_opening_bracket() -> None:
    set_in = font("serif", 40)
    for width in range(160, 400, 7):
        found = lines(TITLES["long Chinese"], set_in, width=width, limit=50)
        assert not any(line[0] in "，）" or line[-1] == "（" for line in found), found


@pytest.mark.django_db(transaction=True)
def test_of_posters_drawn_at_once_one_is_kept(
    published_document: Callable[..., Document], mallory: User
) -> None:
    link = share_link_for(sharer=mallory, document=published_document())
    names = at_once(3, lambda _n: poster_draw(ShareLink.objects.get(pk=link.pk)))
    stored = ShareLink.objects.get(pk=link.pk)
    assert set(names) == {stored.poster}
    storage = Document.objects.get().current_revision.file.storage  # type: ignore[union-attr]
    _folders, files = storage.listdir(f"posters/{link.document_id}")
    assert [f"posters/{link.document_id}/{name}" for name in files] == [stored.poster]
    poster_draw(stored)
    assert poster_known(stored) == stored.poster
