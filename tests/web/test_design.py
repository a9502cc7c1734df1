"""The design language: colours that can be read, icons that exist, forms that say what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client

from wenlan.accounts.models import User
from wenlan.web.icons import ICONS
from wenlan.web.views import design

SRC = Path(design.__file__).resolve().parents[2]
CSS = SRC / "web/static/web/css"


def _tokens(name: str) -> dict[str, str]:
    text = (CSS / name).read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\s*;", text))


LIGHT = _tokens("tokens.css")
DARK = LIGHT | _tokens("dark.css")


def _luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(character * 2 for character in digits)
    channels = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT_ON_PAPER = list(
    product(("ink", "ink-soft", "ink-faint", "seal", "seal-deep", "jade"), ("paper", "sheet", "wash"))
)
TEXT_ON_COLOUR = [
    ("on-seal", "seal-fill"),
    ("on-seal", "seal-fill-deep"),
    ("ink", "jade-wash"),
    ("ink", "amber-wash"),
    ("ink", "alarm-wash"),
    ("amber", "sheet"),
    ("amber", "paper"),
    ("alarm", "sheet"),
    ("alarm", "paper"),
    ("alarm", "alarm-wash"),
    ("paper", "ink"),
    *(("on-format", f"format-{name}") for name in ("doc", "xls", "ppt", "pdf", "txt")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), [*TEXT_ON_PAPER, *TEXT_ON_COLOUR])
def test_text_can_be_read_in_both_themes(theme: str, text: str, ground: str) -> None:
    colours = {"light": LIGHT, "dark": DARK}[theme]
    assert _contrast(colours[text], colours[ground]) >= 4.5  # WCAG 2.2 AA


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "wash"])
def test_the_edge_of_a_field_can_be_seen_in_both_themes(theme: str, ground: str) -> None:
    colours = {"light": LIGHT, "dark": DARK}[theme]
    assert _contrast(colours["edge"], colours[ground]) >= 3  # WCAG 2.2, non-text contrast


def test_dark_says_every_colour_that_light_says() -> None:
    always_the_same = {"on-format"}
    assert set(_tokens("dark.css")) == set(LIGHT) - always_the_same


@pytest.mark.parametrize("path", sorted(SRC.glob("*/static/**/*.css")), ids=lambda path: path.name)
def test_every_custom_property_that_is_used_is_defined(path: Path) -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", (CSS / "tokens.css").read_text(encoding="utf-8")))
    text = path.read_text(encoding="utf-8")
    local = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined | local


@pytest.mark.parametrize("name", sorted(ICONS))
def test_an_icon_is_well_formed(name: str) -> None:
    ElementTree.fromstring(f"<svg>{ICONS[name]}</svg>")  # noqa: S314 - our own drawing


def test_every_icon_a_template_asks_for_exists() -> None:
    asked = {
        name
        for path in SRC.glob("*/templates/**/*.html")
        for name in re.findall(r'{% icon "([\w-]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert asked <= set(ICONS)


def test_an_icon_nobody_drew_is_an_error_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        Template('{% icon "unicorn" %}').render(Context())


def test_the_design_page_shows_every_icon_and_state(
    client_as: Callable[[User | None], Client], db: None
) -> None:
    html = client_as(None).get("/design/").content.decode()
    assert all(f"<code>{name}</code>" in html for name in ICONS)
    for part in (
        "button--primary",
        "notice--bad",
        "state--warn",
        "badge--pdf",
        "errorlist",
        "pagination",
        "empty",
    ):
        assert part in html


class _Form(forms.Form):
    name = forms.CharField(help_text="As on the cover.")
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    agree = forms.BooleanField()


def test_a_field_is_tied_to_its_label_help_and_errors() -> None:
    html = str(_Form({"name": ""}))
    assert '<label for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'<fieldset class="field[^>]*>\s*<legend>Kind</legend>', html)


def test_what_may_stay_empty_says_so() -> None:
    html = str(_Form())
    assert re.search(r'for="id_note">Note <span class="field__optional">', html)
    assert not re.search(r'for="id_name">Name <span', html)


def test_an_error_of_the_whole_form_stands_above_it() -> None:
    class Broken(_Form):
        def clean(self) -> dict[str, Any]:
            raise forms.ValidationError("<b>Nothing fits.</b>")

    html = str(Broken({"name": "x", "kind": "a", "agree": "on"}))
    assert "nonfield" in html
    assert "&lt;b&gt;Nothing fits." in html
    assert html.index("nonfield") < html.index("id_name")
