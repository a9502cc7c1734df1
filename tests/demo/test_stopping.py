"""A demo is stopped by Ctrl-C, however it was started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from wenlan.demo.site import free_port


def test_a_demo_in_the_background_of_a_script_stops_at_an_interrupt(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-u", "-m", "wenlan.demo", "--data", str(tmp_path / "data")]
    demo = subprocess.Popen(
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command, "--port", str(free_port())],
        stdout=subprocess.PIPE,
        env={
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "WENLAN"))
        },
        text=True,
    )
    assert demo.stdout is not None
    try:
        for line in demo.stdout:
            if "Database and static files" in line:
                break
        demo.send_signal(signal.SIGINT)
        rest = demo.stdout.read()
        assert demo.wait(timeout=60) == 130
        assert rest.endswith("Stopped.\n")
    finally:
        demo.kill()
