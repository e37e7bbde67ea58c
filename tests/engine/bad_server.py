"""A small web server on this computer that serves model files properly, or misbehaves as it is told."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

PAGE = b"<!DOCTYPE html><html><body>Please log in to download this file</body></html>"


def model_bytes(size: int = 300_000) -> bytes:
    """Bytes that begin as a pickle does and do not repeat."""
    body = b"".join(hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(size // 32))
    return b"\x80\x02" + body


class Server(ThreadingHTTPServer):
    """`how` is the behaviour, `data` the file, `asked` every request's Range header in order."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, data: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.data, self.how, self.asked = data, "good", list[str]()
        self.tag = '"one"'
        self.closing = threading.Event()
        self.script: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/model.pth"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        return

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.headers.get("Range", ""))
        how = server.script.pop(0) if server.script else server.how
        self.close_connection = True
        with contextlib.suppress(OSError):
            getattr(self, how.replace("-", "_"), self.good)()

    def head(self, status: int, **headers: Any) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Connection", "close")
        self.end_headers()

    def good(self) -> None:
        self._file(self.server.data, len(self.server.data))

    def breaks(self) -> None:
        """A third of the file at a time, then the connection is gone."""
        self._file(self.server.data, len(self.server.data) // 3)

    def slow(self) -> None:
        self.head(200, Content_Length=len(self.server.data), ETag=self.server.tag)
        for at in range(0, len(self.server.data), 2000):
            if self.server.closing.wait(0.01):
                return
            self.wfile.write(self.server.data[at : at + 2000])

    def ignores_range(self) -> None:
        self.head(200, Content_Length=len(self.server.data))
        self.wfile.write(self.server.data)

    def wrong_range(self) -> None:
        total = len(self.server.data)
        self.head(206, Content_Range=f"bytes 5-{total - 1}/{total}", Content_Length=total - 5)
        self.wfile.write(self.server.data[5:])

    def wrong_size(self) -> None:
        self.head(200, Content_Length=len(self.server.data) + 7)
        self.wfile.write(self.server.data + b"surplus")

    def longer(self) -> None:
        """Says nothing about the size and sends more than the file."""
        self.head(200)
        self.wfile.write(self.server.data + b"surplus")

    def wrong_hash(self) -> None:
        data = self.server.data[:-1] + bytes([self.server.data[-1] ^ 1])
        self.head(200, Content_Length=len(data), ETag='"other"')
        self.wfile.write(data)

    def to_http(self) -> None:
        self.head(302, Location="http://example.invalid/model.pth", Content_Length=0)

    def to_file(self) -> None:
        self.head(302, Location="file:///etc/passwd", Content_Length=0)

    def to_nowhere(self) -> None:
        self.head(302, Content_Length=0)

    def to_itself(self) -> None:
        self.head(302, Location=self.path, Content_Length=0)

    def endless(self) -> None:
        self.head(200)
        block = self.server.data[:65536]
        while not self.server.closing.is_set():
            self.wfile.write(block)

    def page(self) -> None:
        self.head(200, Content_Length=len(PAGE), Content_Type="text/html; charset=utf-8")
        self.wfile.write(PAGE)

    def hidden_page(self) -> None:
        """The page, served as if it were the file."""
        self.head(200, Content_Length=len(PAGE), Content_Type="application/octet-stream")
        self.wfile.write(PAGE)

    def packed(self) -> None:
        self.head(200, Content_Length=len(self.server.data), Content_Encoding="gzip")
        self.wfile.write(self.server.data)

    def gone(self) -> None:
        self.head(404, Content_Length=0)

    def busy(self) -> None:
        self.head(503, Content_Length=0)

    def silent(self) -> None:
        self.server.closing.wait(30)

    def stalls(self) -> None:
        self.head(200, Content_Length=len(self.server.data), ETag=self.server.tag)
        self.wfile.write(self.server.data[:1000])
        self.wfile.flush()
        self.server.closing.wait(30)

    def drips(self) -> None:
        """One byte of a header at a time, for ever."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not self.server.closing.wait(0.02):
            self.wfile.write(b"a")

    def continues(self) -> None:
        """Interim answers for ever."""
        while not self.server.closing.wait(0.005):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def garbage(self) -> None:
        self.wfile.write(b"\x00\xff not http at all \r\n\r\n" * 10)

    def bad_chunks(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n\x80\x02abc\r\n")

    def _file(self, data: bytes, most: int) -> None:
        start, tag = 0, self.server.tag
        asked = self.headers.get("Range", "")
        if asked and self.headers.get("If-Range", tag) == tag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(data):
                self.head(416, Content_Range=f"bytes */{len(data)}", Content_Length=0)
                return
        length = len(data) - start
        if start:
            end = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self.head(206, Content_Range=end, Content_Length=length, ETag=tag)
        else:
            self.head(200, Content_Length=length, ETag=tag)
        self.wfile.write(data[start : start + most])


AnyServer = TypeVar("AnyServer", bound=Server)


@contextlib.contextmanager
def serving(data: bytes) -> Iterator[Server]:
    """A server in a thread, for the time of a with block."""
    with running(Server(data)) as server:
        yield server


@contextlib.contextmanager
def running(server: AnyServer) -> Iterator[AnyServer]:
    """The server in a thread, for the time of a with block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def wait_until(condition: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
