"""Asks a running LibreOffice to load and export documents, and says how long each took. Run by the system's Python.

One order a line on the input: {"source", "target", "filter", "options"}; one answer a line: {"load", "store"} in
seconds, or {"error"}.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

START_SECONDS = 60


def connect(pipe: str) -> Any:
    """The desktop of the LibreOffice that listens there."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:{pipe}StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # what LibreOffice raises is known only once it answers
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def named(**values: Any) -> tuple[Any, ...]:
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def convert(desktop: Any, order: dict[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    document = desktop.loadComponentFromURL(order["source"], "_blank", 0, named(Hidden=True))
    if document is None:
        return {"error": "not loaded"}
    loaded = time.perf_counter()
    try:
        options = {name: json.loads(option["value"]) for name, option in order["options"].items()}
        data = uno.Any("[]com.sun.star.beans.PropertyValue", named(**options))
        document.storeToURL(order["target"], named(FilterName=order["filter"], FilterData=data))
        stored = time.perf_counter()
    finally:
        document.close(True)
    return {"load": loaded - started, "store": stored - loaded}


def main() -> None:
    desktop = connect(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = convert(desktop, json.loads(line))
        except Exception as error:  # one document that cannot be read ends nothing
            answer = {"error": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
