"""One request to one server, with everything a server may do wrong bounded.

https only (plain http on this computer itself), also after redirects; the system's proxies and
certificates; no wait without an end: a watchdog closes the connection when the person cancels or
pauses, when the answer does not begin in time, or when too little comes.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from .._version import __version__
from ..run_control import RunControl
from .catalogue import allowed_address

_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 256 * 1024
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep their certificates, for a Python that was built elsewhere and does not know."""


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, in seconds.

    `stall` is the time in which at least `least_bytes` must come.
    """

    connect: float = 15.0
    answer: float = 30.0
    stall: float = 30.0
    least_bytes: int = 4096
    redirects: int = 8


@dataclass(frozen=True)
class Network:
    """What is known of the way to servers beyond the system's own settings.

    `certificates` is a file of certificates that are trusted too, `proxy` goes before the system's proxy,
    `passwords` are user:password by host (with its port where one is named); no other host is told them.
    """

    certificates: Path | None = None
    proxy: str = ""
    passwords: Mapping[str, str] = field(default_factory=dict)


class TransferError(Exception):
    """A source that did not work. `again` says whether trying it once more may help."""

    def __init__(self, reason: str, again: bool) -> None:
        super().__init__(reason)
        self.again = again


class StoppedError(Exception):
    """The person paused or cancelled."""


class Answer:
    """An answer of a server: `status`, `headers`, its `url` and its body in chunks. A context manager."""

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        patience: Patience,
        control: RunControl,
        network: Network | None = None,
    ) -> None:
        self._patience, self._control, self._network = patience, control, network or Network()
        self.url = url
        self._received = 0
        self._began = False
        self._reason: str | None = None
        self._stopped = False
        self._done = threading.Event()
        self._connection: http.client.HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._dog = threading.Thread(target=self._watch, name="download watchdog", daemon=True)
        self._dog.start()
        try:
            self._response = self._follow(url, headers)
        except BaseException:
            self.close()
            raise
        self._began = True

    @property
    def status(self) -> int:
        return self._response.status

    def header(self, name: str) -> str:
        return (self._response.getheader(name) or "").strip()

    def chunks(self) -> Iterator[bytes]:
        """The body. Raises `TransferError` when it breaks off, `StoppedError` when the person stopped it."""
        while True:
            with self._translated():
                data = self._response.read1(_CHUNK)
            if not data:
                return
            self._received += len(data)
            yield data

    def close(self) -> None:
        self._done.set()
        self._cut()
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _follow(self, url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        """The first answer that is no redirect."""
        for _ in range(self._patience.redirects + 1):
            if not allowed_address(url):
                raise TransferError(f"it leads to an address that is not https ({_short(url)})", again=False)
            self.url = url
            with self._translated():
                response = self._request(urlsplit(url), headers)
            if response.status not in _REDIRECTS:
                return response
            target = response.getheader("Location")
            self._close_connection()
            if not target:
                raise TransferError("it redirects to nowhere", again=False)
            target = urljoin(url, target)
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
                raise TransferError(f"it redirects away from https ({_short(target)})", again=False)
            url = target
        raise TransferError("it redirects without end", again=False)

    def _request(self, url: SplitResult, headers: dict[str, str]) -> http.client.HTTPResponse:
        connection, path = _connection(url, self._patience.connect, self._network)
        self._connection = connection
        connection.connect()
        # Kept here too: a response that ends with its connection takes the socket from the connection.
        self._socket = connection.sock
        if self._socket is not None:
            self._socket.settimeout(2 * self._patience.stall)  # the watchdog comes first, and says why
        sent = {
            "User-Agent": f"MaskFaceGAN-Editor/{__version__}",
            "Accept-Encoding": "identity",
            "Accept": "*/*",
            **headers,
        }
        password = self._network.passwords.get(url.netloc)
        if password:
            sent["Authorization"] = "Basic " + base64.b64encode(password.encode()).decode()
        connection.request("GET", path, headers=sent)
        return connection.getresponse()

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            # A connection that the watchdog closed fails in any of these ways.
            if self._stopped:
                raise StoppedError from error
            # Once data came, the socket's own limit is a stall too, should it be first to notice.
            stalled = self._began and isinstance(error, TimeoutError)
            reason = self._reason or ("it stopped sending" if stalled else _plain(error))
            raise TransferError(reason, again=not _is_certificate(error)) from error
        if self._stopped:
            raise StoppedError
        if self._reason:
            raise TransferError(self._reason, again=True)

    def _watch(self) -> None:
        patience, start = self._patience, time.monotonic()
        mark, at = 0, start
        while not self._done.wait(0.05):
            now = time.monotonic()
            if self._control.cancelled or self._control.paused:
                self._stopped = True
            elif not self._began:
                at = now
                if now - start > patience.answer:
                    self._reason = "it does not answer"
            elif now - at > patience.stall:
                if self._received - mark < patience.least_bytes:
                    self._reason = "it stopped sending"
                mark, at = self._received, now
            if self._stopped or self._reason:
                self._cut()

    def _cut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError, ValueError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _close_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _connection(url: SplitResult, timeout: float, network: Network) -> tuple[http.client.HTTPConnection, str]:
    """A connection to the address, through the proxy where there is one, and the path to ask for."""
    host, port = url.hostname or "", url.port
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    proxy = _proxy_for(url.scheme, host, network.proxy)
    if url.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=timeout), path
    context = tls_context(network.certificates)
    if proxy is None:
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context), path
    connection = http.client.HTTPSConnection(
        proxy.hostname or "", proxy.port or 8080, timeout=timeout, context=context
    )
    credentials = {}
    if proxy.username:
        plain = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        credentials["Proxy-Authorization"] = "Basic " + base64.b64encode(plain.encode()).decode()
    connection.set_tunnel(host, port or 443, headers=credentials)
    return connection, path


def _proxy_for(scheme: str, host: str, named: str = "") -> SplitResult | None:
    """The proxy for https: the one that is named, or that of the environment or of the system's settings."""
    if scheme != "https":
        return None
    address = named or urllib.request.getproxies().get("https")
    if not address or urllib.request.proxy_bypass(host):
        return None
    parts = urlsplit(address if "//" in address else f"http://{address}")
    return parts if parts.hostname else None


def tls_context(more: Path | None = None) -> ssl.SSLContext:
    """Certificates are always checked, against those of the system and of the file `more`."""
    context = ssl.create_default_context()
    if more is not None:
        context.load_verify_locations(more)
    paths = ssl.get_default_verify_paths()
    known = context.cert_store_stats()["x509_ca"] or any(
        path and Path(path).exists() for path in (paths.cafile, paths.capath)
    )
    if not known:
        for bundle in _BUNDLES:
            if Path(bundle).is_file():
                context.load_verify_locations(bundle)
                break
    return context


def _is_certificate(error: Exception) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError)


def _plain(error: Exception) -> str:
    """Why the network failed, in a few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses the connection"
    if isinstance(error, socket.gaierror):
        return "its name is not found (is this computer online?)"
    if isinstance(error, OSError | http.client.IncompleteRead):
        return "the connection broke"
    return "it does not answer as a web server does"


def _short(url: str) -> str:
    clean = "".join(c if c.isprintable() else "?" for c in url)
    return clean if len(clean) <= 80 else clean[:77] + "..."
