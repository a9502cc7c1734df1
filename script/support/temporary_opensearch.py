"""An OpenSearch of one node in a temporary folder, for as long as some tests take.

It needs Java 11 or newer and Maven, which fetches OpenSearch into its own repository the first time. Run as a program
(`python -m script.support.temporary_opensearch`) it prints the address of one and keeps it until Ctrl-C.
"""

from __future__ import annotations

import contextlib
import json
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

POM = Path(__file__).resolve().parent / "opensearch" / "pom.xml"
RUNNER = "org.codelibs.opensearch.runner.OpenSearchRunner"
PORTS = range(9201, 9300)  # the runner starts on no other
FETCH_SECONDS = 100
START_SECONDS = 60
STOP_SECONDS = 20
ATTEMPTS = 3

SETTINGS = """\
discovery.type: single-node
network.host: 127.0.0.1
# The disk of the machine may be nearly full: it is not ours to judge.
cluster.routing.allocation.disk.threshold_enabled: false
"""


class OpenSearchUnavailable(Exception):
    """No server can be started here; the message says why."""


@contextlib.contextmanager
def temporary_opensearch() -> Iterator[str]:
    """Start a server on a free port of the loopback; yields its URL. Nothing of it is left afterwards.

    Raises OpenSearchUnavailable when it cannot be started.
    """
    java, maven = shutil.which("java"), shutil.which("mvn")
    if not java or not maven:
        raise OpenSearchUnavailable("Java and Maven are not installed")
    with tempfile.TemporaryDirectory(prefix="wenlan-opensearch-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        classpath = _classpath(maven, folder)
        (folder / "config").mkdir()
        (folder / "config" / "opensearch.yml").write_text(SETTINGS)
        for _ in range(ATTEMPTS):
            cluster, port = f"wenlan-{secrets.token_hex(6)}", _free_port()
            with _server([java, *_options(classpath), *_arguments(folder, cluster, port)], folder) as process:
                if _is_ready(process, cluster, port):
                    yield f"http://127.0.0.1:{port}"
                    return
                if process.poll() is None:  # it is too slow, which another attempt would not change
                    break
        raise OpenSearchUnavailable(f"OpenSearch does not start:\n{_log(folder)}")


def _classpath(maven: str, folder: Path) -> str:
    """Where Maven has OpenSearch and all that it needs; fetched unless it is there."""
    file = folder / "classpath"
    command = [maven, "--batch-mode", "--quiet", f"--file={POM}"]
    command += ["dependency:build-classpath", f"-Dmdep.outputFile={file}"]
    said = ""
    for options in (["--offline"], []):
        try:
            result = subprocess.run(
                [*command, *options],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=FETCH_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            said = f"not there after {FETCH_SECONDS} s"
        else:
            if result.returncode == 0 and file.exists():
                return file.read_text().strip()
            said = result.stdout[-600:]
    raise OpenSearchUnavailable(f"Maven does not fetch OpenSearch: {said}")


def _options(classpath: str) -> list[str]:
    memory = ["-Xms512m", "-Xmx1g"]  # a document of two million characters is a request of 60 MB
    return [*memory, "-XX:TieredStopAtLevel=1", "-classpath", classpath, RUNNER]


def _arguments(folder: Path, cluster: str, port: int) -> list[str]:
    arguments = {
        "-basePath": folder / "node",
        "-confPath": folder / "config",
        "-clusterName": cluster,
        "-numOfNode": 1,
        "-baseHttpPort": port - 1,  # the first node listens on the next
    }
    return [*(str(part) for pair in arguments.items() for part in pair), "-disableESLogger"]


@contextlib.contextmanager
def _server(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the tests; the server is stopped after them.
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_ready(process: subprocess.Popen[bytes], cluster: str, port: int) -> bool:
    """True once the cluster of this name answers, False when the process ended or never does."""
    deadline = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=1s"
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError), opener.open(address, timeout=5) as answer:
            if json.load(answer)["cluster_name"] == cluster:
                return True
        time.sleep(0.2)
    return False


def _free_port() -> int:
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OpenSearchUnavailable(f"every port from {PORTS[0]} to {PORTS[-1]} is in use")


def _log(folder: Path) -> str:
    lines = (folder / "log").read_text(errors="replace").splitlines()
    return "\n".join(lines[-20:])


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with temporary_opensearch() as url:
            print(url, flush=True)
            signal.pause()
    except OpenSearchUnavailable as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
