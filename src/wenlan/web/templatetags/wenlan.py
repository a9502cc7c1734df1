"""Template filters that know the words and units of the site."""

from __future__ import annotations

from django import template
from django.conf import settings

from wenlan.core.money import format_money

register = template.Library()


@register.filter
def money(amount_minor: int, currency: str = "") -> str:
    """`{{ 400|money }}` → ¥4.00; the site's currency unless another is named."""
    return format_money(amount_minor, currency or settings.CURRENCY)


@register.filter
def file_size(size_bytes: int) -> str:
    """Binary units as file managers show them, `33.5 KB`; exact bytes below one KB."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    size = float(size_bytes)
    for unit in ("KB", "MB", "GB"):
        size /= 1024
        if size < 1024 or unit == "GB":
            break
    return f"{size:.1f} {unit}" if size < 100 else f"{size:.0f} {unit}"
