"""Real Chroma servers for tests: `chroma run`, and before it one that asks for a token and keeps quotas as Chroma Cloud does."""

import datetime
import ipaddress
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

QUOTA, ID_BYTES = 300, 128  # https://docs.trychroma.com/cloud/quotas-limits


class Chroma:
    """A real `chroma run` on a loopback port, which can go away and come back."""

    def __init__(self, folder: Path):
        self.folder = folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = Path(sys.executable).parent / "chroma"
        if not program.exists():
            pytest.skip("There is no program `chroma` beside this Python.")
        command = [str(program), "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        quiet = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet)
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        pytest.skip("`chroma run` cannot be started here.")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def names(self, tenant: str = "default_tenant", database: str = "default_database") -> list[str]:
        import chromadb

        client = chromadb.HttpClient("127.0.0.1", self.port, tenant=tenant, database=database)
        return [each.name for each in client.list_collections()]

    def make_database(self, tenant: str, database: str) -> None:
        paths = {"tenants": tenant, f"tenants/{tenant}/databases": database}
        for path, name in paths.items():
            httpx.post(f"{self.url}/api/v2/{path}", json={"name": name}).raise_for_status()


class Cloud:
    """A server over TLS that passes on to a `chroma run` what comes with the right token and keeps to the quotas."""

    def __init__(self, chroma: Chroma, token: str, folder: Path):
        self.seen: list[tuple[str, str, dict[str, str]]] = []  # method, path and headers of each request
        self.is_broken = False  # whether it replies as a proxy does whose server is away
        self.certificate = _certificate(folder)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, chroma.url, token))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(cloud: Cloud, url: str, token: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            cloud.seen.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
            if cloud.is_broken:
                return self._reply(502, b"<html><body>Bad Gateway</body></html>")
            if self.headers.get("x-chroma-token") != token:
                return self._reply(401, b'{"error": "ChromaAuthError", "message": "Unauthorized"}')
            if not _within_quota(self.path, body):
                return self._reply(422, b'{"error": "QuotaError", "message": "Quota exceeded"}')
            passed = httpx.request(
                self.command, url + self.path, content=body, headers={"Content-Type": "application/json"}
            )
            self._reply(passed.status_code, passed.content)

        do_POST = do_PUT = do_DELETE = do_GET

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _within_quota(path: str, body: bytes) -> bool:
    asked = json.loads(body) if body else {}
    ids = asked.get("ids") or []
    is_write = path.endswith(("/upsert", "/add"))
    return (
        (not is_write or len(ids) <= QUOTA)
        and all(len(id.encode()) <= ID_BYTES for id in ids)
        and asked.get("n_results", 0) <= QUOTA
    )


def _certificate(folder: Path) -> Path:
    """Write a certificate for the loopback address, with its key."""
    pytest.importorskip("cryptography", reason="Certificates for tests are made with cryptography.")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
    signed = made.add_extension(address, critical=True).sign(key, hashes.SHA256())
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "certificate.pem").write_bytes(private + signed.public_bytes(encoding))
    return folder / "certificate.pem"
