"""What holds for the decisions of reviewers in every room."""

from __future__ import annotations

import datetime

UNDO_WITHIN = datetime.timedelta(minutes=15)
"""How long a reviewer may take a decision back."""
