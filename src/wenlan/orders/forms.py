"""What a reader agrees to when they buy."""

from __future__ import annotations

from django import forms

from wenlan.documents.models import Document


class BuyForm(forms.Form):
    """The price that stood on the page, so that no other one is ever paid."""

    expected_price_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @classmethod
    def showing(cls, document: Document) -> BuyForm:
        """The form of a page that shows the present price of `document`."""
        return cls(initial={"expected_price_minor": document.price_minor}, auto_id=False)


class MembershipForm(forms.Form):
    """A plan at the price that stood on the page; `key` makes two clicks one purchase."""

    plan = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    expected_price_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    renews = forms.BooleanField(required=False)
