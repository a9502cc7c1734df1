"""People in front of a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

Result = TypeVar("Result")

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  window.tellViolation(`${event.effectiveDirective} forbids ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
});
"""


def until(what: str, look: Callable[[], Result | None], *, seconds: float = 30, pause: float = 0.1) -> Result:
    """What `look` sees at last; fails naming `what` when it never sees anything."""
    deadline = time.monotonic() + seconds
    while (seen := look()) is None:
        assert time.monotonic() < deadline, f"{what}: nothing after {seconds:.0f} seconds"
        time.sleep(pause)
    return seen


@dataclass
class Visitor:
    """One person's browser window, and everything in it that nobody should have to see.

    `expected_statuses` are answers from 400 on that the test itself provokes; every other one is a problem, as
    are errors in the console, exceptions of scripts, and what the content security policy had to stop.
    """

    context: BrowserContext
    page: Page
    expected_statuses: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def enter(cls, context: BrowserContext) -> Visitor:
        visitor = cls(context=context, page=context.new_page())
        context.expose_binding("tellViolation", lambda _source, text: visitor._note(f"policy: {text}"))
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", visitor._on_console)
        context.on("response", visitor._on_response)
        context.on("weberror", lambda error: visitor._note(f"script: {error.error}"))
        return visitor

    def open(self, path: str) -> None:
        """Go to a page of the site and wait until everything it asked for is there."""
        self.page.goto(path, wait_until="load")

    def take_problems(self) -> list[str]:
        """The problems seen since the last time, which are forgotten by this."""
        problems, self.problems = self.problems, []
        return problems

    def _note(self, problem: str) -> None:
        self.problems.append(f"{self.page.url}: {problem}")

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser's own line about an answer from 400 on is counted with the answers.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self._note(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected_statuses:
            self._note(f"{response.status} for {response.request.method} {response.url}")
