"""The rules for what an author may say about a document. Forms and services share them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from wenlan.core.money import format_money
from wenlan.core.text import clean_line, clean_paragraphs
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Document

TITLE_MAX = 200
DESCRIPTION_MAX = 5000
TAGS_MAX = 10
TAG_MAX = 40
PREVIEW_PAGES_MAX = 10_000

# What people separate tags with, in both languages of the site.
_TAG_SEPARATORS = re.compile("[,，、;；\n]")


def title_clean(title: str) -> str:
    """The title on one line. Raises InvalidDetails when nothing is left, or more than 200 characters are."""
    title = clean_line(title)
    if not title:
        raise InvalidDetails(_("Write a title."), field="title")
    if len(title) > TITLE_MAX:
        raise InvalidDetails(
            _("The title can have at most %(maximum)d characters.") % {"maximum": TITLE_MAX}, field="title"
        )
    return title


def titles_say_the_same(one: str, other: str) -> bool:
    """Whether two titles differ in nothing but blanks, punctuation, widths of characters and capitals."""
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in text if unicodedata.category(character)[0] not in "PZ")


def description_clean(description: str) -> str:
    """The description in paragraphs. Raises InvalidDetails above 5000 characters."""
    description = clean_paragraphs(description)
    if len(description) > DESCRIPTION_MAX:
        raise InvalidDetails(
            _("The description can have at most %(maximum)d characters.") % {"maximum": DESCRIPTION_MAX},
            field="description",
        )
    return description


def tags_split(text: str) -> list[str]:
    """The tags in a line that separates them with commas, semicolons or 、."""
    return [tag for tag in map(str.strip, _TAG_SEPARATORS.split(text)) if tag]


def tags_clean(tags: Iterable[str]) -> dict[str, str]:
    """Tag names by the key they are compared with, in the order given. Raises InvalidDetails for too much."""
    names = {name.casefold()[:TAG_MAX]: name for name in map(clean_line, tags) if name}
    if any(len(name) > TAG_MAX for name in names.values()):
        raise InvalidDetails(
            _("A tag can have at most %(maximum)d characters.") % {"maximum": TAG_MAX}, field="tags"
        )
    if len(names) > TAGS_MAX:
        raise InvalidDetails(
            _("A document can have at most %(maximum)d tags.") % {"maximum": TAGS_MAX}, field="tags"
        )
    return names


def price_check(price_minor: int) -> int:
    """The price, if it is one. Raises InvalidDetails below zero and above the site's highest price."""
    if price_minor < 0:
        raise InvalidDetails(_("The price cannot be negative."), field="price")
    if price_minor > settings.PRICE_MAX_MINOR:
        maximum = format_money(settings.PRICE_MAX_MINOR, settings.CURRENCY)
        raise InvalidDetails(_("The price can be at most %(maximum)s.") % {"maximum": maximum}, field="price")
    return price_minor


def preview_check(kind: str, value: int) -> tuple[str, int]:
    """The preview policy, its value zero where the kind has none. Raises InvalidDetails for a wrong one."""
    match kind:
        case Document.PreviewKind.WHOLE | Document.PreviewKind.NONE:
            return kind, 0
        case Document.PreviewKind.PAGES:
            minimum, maximum = 1, PREVIEW_PAGES_MAX
        case Document.PreviewKind.PERCENT:
            minimum, maximum = 1, 100
        case _other:
            raise InvalidDetails(_("Choose how much readers see."), field="preview_kind")
    if not minimum <= value <= maximum:
        raise InvalidDetails(
            _("Write a number from %(minimum)d to %(maximum)d.") % {"minimum": minimum, "maximum": maximum},
            field="preview_value",
        )
    return kind, value
