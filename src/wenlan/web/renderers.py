"""How forms are drawn."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Fields come from templates/web/forms, so that every form of the site looks and reads alike."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
