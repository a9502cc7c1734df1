"""Addresses of the documents room."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from wenlan.documents import views


class RowNumberConverter(IntConverter):
    """A whole number that fits a database row; anything longer is no address of this site."""

    regex = "[0-9]{1,18}"


class SmallNumberConverter(IntConverter):
    """A page number or a width in pixels."""

    regex = "[0-9]{1,9}"


register_converter(RowNumberConverter, "row")
register_converter(SmallNumberConverter, "small")

app_name = "documents"

urlpatterns = [
    path("upload/", views.upload, name="upload"),
    path("my/documents/", views.mine, name="mine"),
    path("my/documents/submit/", views.submit_selected, name="submit_selected"),
    path("my/documents/set/", views.set_selected, name="set_selected"),
    path("my/documents/<row:pk>/", views.edit, name="edit"),
    path("my/documents/<row:pk>/file/", views.replace_file, name="replace_file"),
    path("my/documents/<row:pk>/submit/", views.submit, name="submit"),
    path("my/documents/<row:pk>/take-back/", views.take_back, name="take_back"),
    path("my/documents/<row:pk>/amendment/discard/", views.amendment_discard, name="amendment_discard"),
    path("my/documents/<row:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("my/documents/<row:pk>/restore/", views.restore, name="restore"),
    path("my/documents/<row:pk>/delete/", views.delete, name="delete"),
    path("d/<row:pk>/favourite/", views.favourite, name="favourite"),
    path(
        "d/<row:pk>/pages/<row:revision_id>/<small:number>-<small:width>.webp",
        views.page_image,
        name="page_image",
    ),
]
