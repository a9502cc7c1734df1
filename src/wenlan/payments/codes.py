"""QR codes to pay by."""

from __future__ import annotations

import segno


def qr_code(text: str) -> str:
    """`text` as a QR code (ISO/IEC 18004): an SVG in a `data:` address, to stand in the page itself."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_data_uri(border=2, dark="#1f1d1a", light="#ffffff", xmldecl=False, omitsize=True))
