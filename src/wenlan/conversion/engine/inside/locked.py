"""Exit with 3 when a PDF asks for a password."""

from __future__ import annotations

import sys

import pypdfium2 as pdfium
import pypdfium2.raw as raw

LOCKED = 3


def main(path: str) -> int:
    try:
        pdfium.PdfDocument(path).close()
    except pdfium.PdfiumError as error:
        return LOCKED if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
