"""Forms of reviewers, and of everybody who asks for help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenlan.core.text import clean_line, clean_paragraphs
from wenlan.similarity.deciding import REASON_MAX
from wenlan.similarity.models import FindingDecision
from wenlan.trust.models import Ticket

#: Why documents are returned most often. The text is what the author reads.
RETURN_REASONS = {
    "title": _("The title does not say what is inside."),
    "description": _("The description or the category does not fit the content."),
    "quality": _("Pages are missing, empty or cannot be read."),
    "rights": _("It seems to be somebody else's work. Tell us what right you have to publish it."),
    "personal": _("It holds personal data of other people."),
    "copy": _("The library has this document already."),
    "unlawful": _("This content has no place here."),
}


def _body_field(**options: Any) -> forms.CharField:
    return forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 6}), **options)


class ReturnForm(forms.Form):
    """Why a document goes back to its author: some of the usual reasons, words of one's own, or both."""

    presets = forms.MultipleChoiceField(
        label=_("Usual reasons"),
        choices=list(RETURN_REASONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("presets") and not clean_paragraphs(cleaned.get("text", "")):
            raise ValidationError(_("Choose a reason or write one; the author needs it."), code="no_reason")
        return cleaned

    def reason(self) -> str:
        """The whole reason in the language that is active."""
        lines = [str(RETURN_REASONS[key]) for key in self.cleaned_data["presets"]]
        lines.append(clean_paragraphs(self.cleaned_data["text"]))
        return "\n".join(line for line in lines if line)


class CopyForm(forms.Form):
    """What a reviewer decides about two texts that are alike, and why if it is not plain to see."""

    decision = forms.ChoiceField(
        choices=FindingDecision.Decision.choices, widget=forms.HiddenInput, required=True
    )
    reason = forms.CharField(
        label=_("Note"),
        help_text=_("Kept with the decision; you may leave it empty."),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def is_copy(self) -> bool:
        return bool(self.cleaned_data["decision"] == FindingDecision.Decision.CONFIRMED)


class TakedownForm(forms.Form):
    """Why the house takes a document off the shelf."""

    reason = _body_field(
        label=_("Why"), help_text=_("The author reads this in a mail and beside the document.")
    )
    stays_down = forms.BooleanField(
        label=_("Its text stays down"),
        help_text=_("Whoever uploads it again, under whatever name, meets the rule for such texts."),
        required=False,
    )

    def clean_reason(self) -> str:
        return _not_empty(clean_paragraphs(self.cleaned_data["reason"]))


class _MessageForm(forms.Form):
    """What strangers may fill in: it asks for an address unless an account has one, and traps programs."""

    #: A field that people do not see and programs fill in.
    TRAP = "website"

    email = forms.EmailField(
        label=_("Your email address"), help_text=_("Only to answer you."), max_length=254
    )

    def __init__(self, *arguments: Any, has_account: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if has_account:
            del self.fields["email"]

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get(self.TRAP))


class HelpForm(_MessageForm):
    """A question to the house."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[
            (Ticket.Kind.HELP, _("A question")),
            (Ticket.Kind.DOWNLOAD_FAILED, _("I paid and the download failed")),
            (Ticket.Kind.COPYRIGHT, _("Somebody published what is mine")),
        ],
    )
    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = _body_field(label=_("Message"), help_text=_("For a document, name its number or its address."))
    field_order = ["kind", "subject", "body", "email"]

    def clean_subject(self) -> str:
        return _not_empty(clean_line(self.cleaned_data["subject"]))

    def clean_body(self) -> str:
        return _not_empty(clean_paragraphs(self.cleaned_data["body"]))


#: Why documents are reported, and what kind of ticket each becomes.
REPORT_REASONS = {
    "content": (_("The content differs from the title"), Ticket.Kind.REPORT),
    "preview": (_("The preview looks wrong"), Ticket.Kind.REPORT),
    "download": (_("I paid and the download failed"), Ticket.Kind.DOWNLOAD_FAILED),
    "copyright": (_("It infringes a copyright"), Ticket.Kind.COPYRIGHT),
    "unlawful": (_("It is unlawful or dangerous"), Ticket.Kind.REPORT),
    "other": (_("Something else"), Ticket.Kind.REPORT),
}


class ReportForm(_MessageForm):
    """What is wrong with a document."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(key, label) for key, (label, _kind) in REPORT_REASONS.items()],
        widget=forms.RadioSelect,
    )
    body = _body_field(
        label=_("Tell us more"), help_text=_("Which page? What did you expect? What happened instead?")
    )
    field_order = ["reason", "body", "email"]

    def clean_body(self) -> str:
        return _not_empty(clean_paragraphs(self.cleaned_data["body"]))

    @property
    def kind(self) -> str:
        return REPORT_REASONS[self.cleaned_data["reason"]][1]

    def subject_for(self, title: str) -> str:
        label = REPORT_REASONS[self.cleaned_data["reason"]][0]
        return gettext("%(reason)s: %(title)s") % {"reason": label, "title": title}


class PageProblemForm(_MessageForm):
    """What looks wrong on a page; nothing has to be filled in."""

    body = forms.CharField(
        label=_("What looks wrong?"),
        help_text=_(
            "For example: characters are missing, a picture covers the text. You may leave it empty."
        ),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    email = forms.EmailField(
        label=_("Your email address"),
        help_text=_("Only to tell you how it came out. You may leave it empty."),
        required=False,
        max_length=254,
    )
    field_order = ["body", "email"]


class ReplyForm(forms.Form):
    """One more message in a ticket."""

    body = _body_field(label=_("Your message"))

    def clean_body(self) -> str:
        return _not_empty(clean_paragraphs(self.cleaned_data["body"]))


def _not_empty(text: str) -> str:
    """Blanks and invisible characters alone say nothing."""
    if not text:
        raise ValidationError(_("Write something here."), code="required")
    return text
