"""Believe what proxies say of the people behind them, and only proxies that the operator has named.

Of every other peer the headers that claim an address, a host or a path are taken away before anything reads them.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_CLAIMS = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-gradio-server")
Network = IPv4Network | IPv6Network


class Proxies:
    """Sets address, scheme and path prefix of a request as the named proxies tell them.

    ``X-Forwarded-Prefix`` is the path under which a proxy shows the whole; the proxy may take it off or leave it on.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self.app = app
        self._trusted = [ip_network(each) for each in trusted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with what can be believed."""
        if scope["type"] in ("http", "websocket"):
            scope = self._behind(scope) if self._is_trusted(_peer(scope)) else _alone(scope)
        await self.app(scope, receive, send)

    def _behind(self, scope: Scope) -> Scope:
        headers = Headers(scope=scope)
        scope = {**scope, "client": (self._person(headers, _peer(scope)), 0)}
        if headers.get("x-forwarded-proto", "").lower() in ("http", "https"):
            scope["scheme"] = headers["x-forwarded-proto"].lower()
        return _under(scope, headers.get("x-forwarded-prefix", ""))

    def _person(self, headers: Headers, peer: str) -> str:
        """Return the last address that no named proxy has: what stands before it, anyone may have written."""
        chain = [part.strip() for line in headers.getlist("x-forwarded-for") for part in line.split(",")]
        for address in reversed(chain):
            if not _is_address(address):
                return peer
            if not self._is_trusted(address):
                return address
            peer = address
        return peer

    def _is_trusted(self, address: str) -> bool:
        if not _is_address(address):
            return False
        found = ip_address(address)
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in self._trusted)


def _under(scope: Scope, prefix: str) -> Scope:
    prefix = "/" + prefix.strip("/") if prefix.strip("/") else ""
    if not prefix:
        return scope
    path = scope["path"]
    inside = path if path == prefix or path.startswith(f"{prefix}/") else prefix + path
    return {**scope, "root_path": prefix, "path": inside}


def _alone(scope: Scope) -> Scope:
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if not name.startswith(_CLAIMS)]}


def _peer(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
