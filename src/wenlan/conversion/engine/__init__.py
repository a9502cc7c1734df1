"""Untrusted bytes in; a PDF, page images, positioned text and a report out. Knows no Django.

`convert` does one file, `convert_files` many, `sniff` tells what a file is, `doctor` what the machine lacks.
"""

from .batch import convert_files
from .doctor import doctor
from .fidelity import Fidelity, Verdict, verdict
from .formats import BY_ENDING, FORMATS, Family, Format
from .model import (
    Event,
    Limits,
    Line,
    OutlineItem,
    Page,
    PageCount,
    PageImage,
    PageReady,
    Problem,
    Rejected,
    Result,
    Sniffed,
    StageChanged,
    Status,
)
from .pipeline import convert
from .recorded import recorded_page_count
from .slides import NotPlayable, slides_cut
from .sniffing import sniff

__all__ = [
    "BY_ENDING",
    "FORMATS",
    "Event",
    "Family",
    "Fidelity",
    "Format",
    "Limits",
    "Line",
    "NotPlayable",
    "OutlineItem",
    "Page",
    "PageCount",
    "PageImage",
    "PageReady",
    "Problem",
    "Rejected",
    "Result",
    "Sniffed",
    "StageChanged",
    "Status",
    "Verdict",
    "convert",
    "convert_files",
    "doctor",
    "recorded_page_count",
    "slides_cut",
    "sniff",
    "verdict",
]
