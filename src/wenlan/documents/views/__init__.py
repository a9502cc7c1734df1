"""Pages for authors, favourites, and the images of pages."""

from wenlan.documents.views.desk import mine, set_selected, submit_selected
from wenlan.documents.views.editing import (
    amendment_discard,
    delete,
    edit,
    replace_file,
    restore,
    submit,
    take_back,
    withdraw,
)
from wenlan.documents.views.reading import favourite, page_image
from wenlan.documents.views.upload import upload

__all__ = [
    "amendment_discard",
    "delete",
    "edit",
    "favourite",
    "mine",
    "page_image",
    "replace_file",
    "restore",
    "set_selected",
    "submit",
    "submit_selected",
    "take_back",
    "upload",
    "withdraw",
]
