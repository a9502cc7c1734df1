"""The form of the summary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenlan.similarity.digests import KEYWORD_MAX_CHARACTERS, KEYWORDS_MAX, SUMMARY_MAX_CHARACTERS
from wenlan.similarity.models import Digest


class DigestForm(forms.Form):
    """Keywords and summary as readers see them; an empty field shows nothing."""

    keywords = forms.CharField(
        label=_("Keywords"),
        required=False,
        max_length=KEYWORDS_MAX * (KEYWORD_MAX_CHARACTERS + 2),
        help_text=_("With commas between them."),
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=SUMMARY_MAX_CHARACTERS * 2,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A sentence on each line."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, digest: Digest) -> None:
        initial = {
            "keywords": ", ".join(digest.keywords_shown),
            "summary": "\n".join(digest.sentences_shown),
        }
        super().__init__(data, initial=initial)

    def words(self) -> list[str]:
        return re.split("[,，、;；]", self.cleaned_data["keywords"])

    def lines(self) -> list[str]:
        return str(self.cleaned_data["summary"]).splitlines()
