"""The companies on a port of this machine."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from wenlan.demo.gateway.cashier import cashier
from wenlan.demo.gateway.control import control
from wenlan.demo.gateway.gateway import Gateway, UnknownPayment
from wenlan.demo.gateway.http import Reply, Request


class GatewayServer:
    """Serves a gateway on loopback from a thread of its own, until it is left."""

    def __init__(self, *, port: int = 0) -> None:
        self.gateway = Gateway()
        handler = type("Handler", (_Handler,), {"gateway": self.gateway})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> GatewayServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        address = f"http://{self.headers.get('Host', '')}"
        headers = {name.title(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length), address)
        try:
            reply = (
                control(self.gateway, request)
                or cashier(self.gateway, request)
                or self.gateway.answer(request)
                or Reply(404, b"not found", "text/plain")
            )
        except UnknownPayment as problem:
            reply = Reply(404, str(problem).encode(), "text/plain")
        self._reply(reply)

    def _reply(self, reply: Reply) -> None:
        try:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
        except OSError:  # whoever asked has stopped waiting
            self.close_connection = True

    do_GET = do_POST = _handle  # noqa: N815 - names of the standard library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - a name of the standard library
        """Nothing: the terminal belongs to whoever started this."""
