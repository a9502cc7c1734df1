"""`script/demo`: a whole library with documents, people and money in it, on this machine."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path

from wenlan.demo.browser import PageProblem
from wenlan.demo.site import Site, SiteFailed, free_port, port_is_free
from wenlan.demo.steps import Steps

DEFAULT_DATA = Path(__file__).resolve().parents[3] / ".wenlan-demo"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="script/demo",
        description="Start a demo library on this machine. Ctrl-C stops it; the next start keeps its data.",
    )
    parser.add_argument("--port", type=int, help="port to listen on (8000; with --walk any free one)")
    parser.add_argument("--data", type=Path, help="folder for everything the demo stores")
    parser.add_argument(
        "--walk",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="take documents through the whole site as people would, print what happened, and stop;"
        " with FILEs, those documents",
    )
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell without job control starts what it puts into the background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if options.walk is not None:
            return walk_the_site(options.walk, data=options.data, port=options.port)
        return serve_the_demo(data=options.data or DEFAULT_DATA, port=options.port or 8000)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    except (SiteFailed, PageProblem) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def password_of(data: Path) -> str:
    """The one password of the demo's people, made at the first start and kept in the data folder."""
    file = data / "demo_password"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(
            f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}", encoding="ascii"
        )
    return file.read_text(encoding="ascii")


def serve_the_demo(*, data: Path, port: int) -> int:
    if not port_is_free(port):
        print(f"Port {port} is taken. Choose another with --port.", file=sys.stderr)
        return 1
    steps = Steps()
    with Site(data=data, port=port) as site:
        with steps.step("Database and static files"):
            site.run("setup")
        site.configure_this_process()
        from wenlan.demo import library, people

        password = password_of(data)
        with steps.step("People and categories"):
            people.create(password)
            library.create_categories()
            library.create_plans()
        with steps.step("Web server and workers"):
            site.start()
        library.fill(site, password=password, steps=steps)
        print(people.welcome(site.address, password))
        while True:
            time.sleep(1)
            site.check_alive()


def walk_the_site(files: list[Path], *, data: Path | None, port: int | None) -> int:
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        print(f"There is no such file: {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="wenlan-walk-") as folder:
        steps = Steps()
        try:
            with Site(data=data or Path(folder), port=port or free_port()) as site:
                from wenlan.demo.walk import walk

                walk(site, steps=steps, files=files)
        except (SiteFailed, PageProblem, AssertionError) as problem:
            print(f"\n{steps.table()}\n")
            failed = next((step.name for step in reversed(steps.done) if step.status == "FAILED"), "start")
            print(f"FAILED at “{failed}”: {problem}", file=sys.stderr)
            return 1
        print(f"\n{steps.table()}\n\nEvery step held.")
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
