"""What a file could reach outside of its job: a listener on this machine, and a picture nobody may show."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

CANARY_COLOUR = (255, 0, 255)


@contextlib.contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server on loopback: its port, and the beginning of everything that reaches it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    caller, _address = server.accept()
                except OSError:
                    return
                with caller:
                    caller.settimeout(2)
                    with contextlib.suppress(OSError):
                        heard.append(b"a call")
                        heard[-1] = caller.recv(200)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def canary_picture(path: Path) -> None:
    """Write the picture that shows nowhere else."""
    Image.new("RGB", (400, 400), CANARY_COLOUR).save(path)


def has_canary_colour(path: Path) -> bool:
    """Whether a page image shows the picture."""
    with Image.open(path) as image:
        data = image.convert("RGB").resize((200, 280)).tobytes()
    pixels = zip(data[0::3], data[1::3], data[2::3], strict=True)
    return any(red > 200 and green < 80 and blue > 200 for red, green, blue in pixels)
