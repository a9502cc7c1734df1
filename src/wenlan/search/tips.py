"""What can be written into the search box, with examples, for the page that explains it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenlan.documents.formats import FORMAT_FAMILIES
from wenlan.documents.models import Category


@dataclass(frozen=True)
class Tip:
    """A way of asking, and queries to try."""

    name: str
    examples: list[str]
    note: str = ""


def search_tips() -> list[Tip]:
    """Every one is tried by a test: it is understood as it stands here."""
    return [
        Tip(
            _("Words that stand together"),
            [_('"annual report"')],
            _("In what everybody may read of a document."),
        ),
        Tip(
            _("Without a word"),
            [_("report -draft"), _('report -"first draft"')],
            _("Words in quotation marks are looked for only in what everybody may read."),
        ),
        Tip(
            _("Format"),
            [_("format:ppt"), _("format:word")],
            _("Or one of: %(names)s; or one kind of file, such as docx.")
            % {"names": ", ".join(FORMAT_FAMILIES)},
        ),
        Tip(
            _("Title, author or tag"),
            [_("title:contract"), _("author:smith"), _('tag:"project plan"')],
        ),
        *_category_tips(),
        Tip(_("Language"), [_("language:zh"), _("language:en"), _("language:other")]),
        Tip(_("Pages"), [_("pages:>10"), _("pages:<=20"), _("pages:5..10"), _("pages:12")]),
        Tip(
            _("Price"),
            [_("price:free"), _("price:paid"), _("price:<10")],
            _("In the currency of this site."),
        ),
        Tip(_("Date of publication"), [_("date:2025"), _("date:>2025-06"), _("date:month")]),
    ]


def _category_tips() -> list[Tip]:
    """One with a category that there is."""
    shelf = Category.objects.first()
    if shelf is None:
        return []
    name = f'"{shelf.name}"' if " " in shelf.name else shelf.name
    example = _("category:%(name)s") % {"name": name}
    return [Tip(_("Category"), [example], _("By its name in Chinese or in English."))]
