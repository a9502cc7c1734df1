"""The icons of the site: drawn for it, on a grid of 24 by 24, as strokes in the colour of the text.

They stand inline in the page, so that they need no request, follow the theme and pass a strict
content security policy.
"""

from __future__ import annotations

_HEART = '<path d="M12 20.2C8.3 17.6 3.6 13.7 3.6 9.2 3.6 6.6 5.5 4.7 7.9 4.7c1.7 0 3.2.9 4.1 2.5.9-1.6 2.4-2.5 4.1-2.5 2.4 0 4.3 1.9 4.3 4.5 0 4.5-4.7 8.4-8.4 11z"/>'
_LENS = '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.4 15.4 5.1 5.1"/>'

ICONS: dict[str, str] = {
    "book": '<path d="M12 6.2C9.8 4.7 7 4.2 3.5 4.3v14c3.5-.1 6.3.4 8.5 1.9 2.2-1.5 5-2 8.5-1.9v-14C17 4.2 14.2 4.7 12 6.2zM12 6.2v14"/>',
    "check": '<path d="m4.5 12.5 5 5L19.5 7"/>',
    "chevron-down": '<path d="m5 9 7 7 7-7"/>',
    "chevron-left": '<path d="m15 5-7 7 7 7"/>',
    "chevron-right": '<path d="m9 5 7 7-7 7"/>',
    "chevron-up": '<path d="m5 15.5 7-7 7 7"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.3 2"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "copy": '<path d="M8.5 8.5h11v12h-11z"/><path d="M15.5 8.5v-5h-11v12h4"/>',
    "download": '<path d="M12 4v11.5M7 10.8l5 5 5-5M4.5 20h15"/>',
    "edit": '<path d="m4 20 1-4.8L16 4.2l3.8 3.8-11 11zM13.6 6.6l3.8 3.8"/>',
    "expand": '<path d="m6 5.5 6 5.5 6-5.5M6 13l6 5.5 6-5.5"/>',
    "flag": '<path d="M5.5 21V4M5.5 4.5h12.5l-2.8 4.25 2.8 4.25H5.5"/>',
    "fullscreen": '<path d="M9 4H4v5M15 4h5v5M20 15v5h-5M4 15v5h5"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c-4.7 5-4.7 12 0 17M12 3.5c4.7 5 4.7 12 0 17"/>',
    "heart": _HEART,
    "heart-filled": _HEART,
    "help": '<circle cx="12" cy="12" r="8.5"/><path d="M9.4 9.7a2.7 2.7 0 1 1 4.1 2.3c-1 .6-1.5 1.1-1.5 2.1M12 16.7v.1"/>',
    "keyboard": '<path d="M3 6.5h18v11H3zM6.5 10h.1M10 10h.1M13.5 10h.1M17 10h.1M7.5 14h9"/>',
    "list": '<path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1"/>',
    "mail": '<path d="M3.5 5.5h17v13h-17zM4 6.2l8 6.3 8-6.3"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "minus": '<path d="M5 12h14"/>',
    "moon": '<path d="M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8z"/>',
    "page": '<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 12.5h6.5M9 16.5h6.5"/>',
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "search": _LENS,
    "settings": '<path d="M4 7.5h9M17.5 7.5H20M4 16.5h2.5M11 16.5h9"/><circle cx="15.2" cy="7.5" r="2.2"/><circle cx="8.8" cy="16.5" r="2.2"/>',
    "share": '<circle cx="6" cy="12" r="2.6"/><circle cx="17.5" cy="5.8" r="2.6"/><circle cx="17.5" cy="18.2" r="2.6"/><path d="m8.4 10.8 6.8-3.7M8.4 13.2l6.8 3.7"/>',
    "shield": '<path d="M12 3.5 5 6v5.5c0 4.3 2.7 7.3 7 9 4.3-1.7 7-4.7 7-9V6zM8.8 12l2.3 2.3 4.2-4.5"/>',
    "sign-out": '<path d="M13.5 4h-8v16h8M10 12h10.5M16.5 8l4 4-4 4"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>',
    "tag": '<path d="M3.8 12.2V4h8.2l8.3 8.3-8.2 8.2zM8 8.1v.1"/>',
    "trash": '<path d="M4 7h16M9 7V4h6v3M6 7l.9 13.5h10.2L18 7M10 11v5.5M14 11v5.5"/>',
    "upload": '<path d="M12 16V4.5M7 9.2l5-5 5 5M4.5 15.5V20h15v-4.5"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 20.5c.8-4 3.9-6 8-6s7.2 2 8 6"/>',
    "wallet": '<path d="M16.5 7.5v-3.5h-11a2 2 0 0 0-2 2v11.5a2 2 0 0 0 2 2h15V7.5h-15"/><path d="M16.3 13.5h.1"/>',
    "warning": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1"/>',
    "fit-width": '<path d="M3.5 5v14M20.5 5v14M7 12h10M9.5 9 6.5 12l3 3M14.5 9l3 3-3 3"/>',
    "zoom-in": _LENS + '<path d="M7.5 10.5h6M10.5 7.5v6"/>',
    "zoom-out": _LENS + '<path d="M7.5 10.5h6"/>',
}

FILLED = frozenset({"heart-filled"})
