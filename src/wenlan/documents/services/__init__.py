"""Everything that changes documents."""

from wenlan.documents.services.amendments import (
    amendment_accept,
    amendment_discard,
    amendment_reopen,
    amendment_return,
)
from wenlan.documents.services.counters import favourite_toggle, sale_count_add, view_count_add
from wenlan.documents.services.details import document_update, documents_set
from wenlan.documents.services.lifecycle import (
    document_delete,
    document_publish,
    document_reopen,
    document_restore,
    document_return,
    document_submit,
    document_take_back,
    document_withdraw,
)
from wenlan.documents.services.replacing import document_replace_file
from wenlan.documents.services.sweeping import incoming_sweep, originals_sweep, previews_sweep
from wenlan.documents.services.upload import document_upload

__all__ = [
    "amendment_accept",
    "amendment_discard",
    "amendment_reopen",
    "amendment_return",
    "document_delete",
    "document_publish",
    "document_reopen",
    "document_replace_file",
    "document_restore",
    "document_return",
    "document_submit",
    "document_take_back",
    "document_update",
    "document_upload",
    "document_withdraw",
    "documents_set",
    "favourite_toggle",
    "incoming_sweep",
    "originals_sweep",
    "previews_sweep",
    "sale_count_add",
    "view_count_add",
]
