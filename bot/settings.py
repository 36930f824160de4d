"""What an operator can turn, read from the environment in this one place. Knows nothing of what it is used for."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from corpus.limits import Limits

PREFIX = "POLICY_"
LEAST_MEMORY = 256  # megabytes: a reader holds its libraries in it
_SHORTEST_PASSWORD = 12
ROOT = Path(__file__).resolve().parent.parent  # the defaults stand beside the code, wherever a command is started


class SettingsError(ValueError):
    """A setting that is unknown or cannot be used; the message names it, what was expected and what was found."""


@dataclass(frozen=True)
class Settings:
    """The settings. Each field is a variable ``POLICY_<NAME>``; an empty variable counts as not set."""

    home: Path = field(
        default=ROOT / ".data", metadata={"help": "Folder of everything that is kept: library, index, runs."}
    )
    corpus: Path = field(
        default=ROOT / "corpus" / "policies",
        metadata={"help": "Folder of policy files that every command follows: what is new, changed or gone there."},
    )
    embedding: str = field(
        default="built-in",
        metadata={"help": "Embedding model: `built-in`, a folder, or a name that sentence-transformers can load."},
    )
    reranker: str = field(
        default="",
        metadata={
            "help": "Cross-encoder that reads the best passages again: a folder or a name that sentence-transformers can load."
        },
    )
    chroma_url: str = field(
        default="",
        repr=False,  # it may hold a token
        metadata={
            "help": "Chroma server that holds the vectors: `http://HOST:8000`; unset: they lie in `POLICY_HOME`."
        },
    )
    embed_origins: str = field(
        default="",
        metadata={
            "help": "Origins, with commas, of the portals that may embed the widget and call the API from a page."
        },
    )
    trusted_proxies: str = field(
        default="",
        metadata={
            "help": "Addresses or networks, with commas, of the proxies whose `X-Forwarded-…` headers are believed."
        },
    )
    rate_limit: int = field(
        default=300,
        metadata={"help": "Requests a minute that one address may send to the API and the chat; `0`: any number."},
    )

    admin_password: str = field(
        default="",
        repr=False,
        metadata={
            "help": "Password, of 12 characters or more, with which documents are added and removed over HTTP; unset: nobody can."
        },
    )
    file_mb: int = field(
        default=64,
        metadata={
            "help": "Megabytes that a file may have, or a file in an archive when unpacked; larger ones are named and left out."
        },
    )
    file_seconds: int = field(
        default=120,
        metadata={"help": "Seconds that reading one file may take; each page that OCR reads has a minute besides."},
    )
    file_memory: int = field(default=2048, metadata={"help": "Megabytes of memory that reading one file may take."})
    llm: str = field(
        default="",
        metadata={
            "help": "Chat model that writes answers: `PROVIDER:MODEL`, e.g. `openai:deepseek-chat`; unset: none."
        },
    )
    llm_base_url: str = field(
        default="",
        repr=False,  # it may hold a token
        metadata={"help": "Address of the chat model's endpoint: `http://HOST:8000/v1`; unset: the provider's own."},
    )
    llm_api_key: str = field(
        default="",
        repr=False,
        metadata={
            "help": "Key of the chat model's endpoint; unset: none, or the one that the provider's package looks for."
        },
    )
    llm_timeout: float = field(
        default=30.0,
        metadata={"help": "Seconds that the chat model may take for one answer, all attempts together."},
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Return the settings that ``environ`` asks for. Raises SettingsError for an unknown or wrong one."""
        known = {variable(f.name): f.name for f in fields(cls)}
        given = {name: value.strip() for name, value in environ.items() if name.startswith(PREFIX) and value.strip()}
        for name in sorted(given):
            if name not in known:
                raise SettingsError(f"{name} is not a setting. Known: {', '.join(known)}.")
        return cls(**{known[name]: _READERS[known[name]](name, value) for name, value in given.items()})

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of ``embed_origins``."""
        return tuple(filter(None, self.embed_origins.split(",")))

    @property
    def proxies(self) -> tuple[str, ...]:
        """The addresses and networks of ``trusted_proxies``."""
        return tuple(filter(None, self.trusted_proxies.split(",")))

    @property
    def limits(self) -> Limits:
        """The bounds of reading one file."""
        return Limits(self.file_mb, self.file_seconds, self.file_memory)

    def shown(self) -> dict[str, str]:
        """Return the settings that may be written down: all but secrets."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self) if f.repr}


def variable(name: str) -> str:
    """Return the environment variable of a field.

    >>> variable("home")
    'POLICY_HOME'
    """
    return PREFIX + name.upper()


def _folder(name: str, value: str) -> Path:
    """Return an absolute path that is a folder or does not exist yet."""
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{name} must be a folder, but {value} is a file.")
    return path


def _model(name: str, value: str) -> str:
    """Return a model's name or folder; a value that is plainly a path must be there."""
    if value.startswith(("/", "./", "../", "~")):
        if not Path(value).expanduser().is_dir():
            raise SettingsError(f"{name} must be a model's folder or its name, but there is no folder {value}.")
        return str(Path(value).expanduser().absolute())
    return value


def _address(name: str, value: str) -> str:
    """Return the address of a server: http(s)://[TOKEN@]HOST[:PORT][/TENANT/DATABASE]."""
    parts = urlsplit(value)
    try:
        if parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port):
            return value.rstrip("/")
    except ValueError:  # a port that is no number
        pass
    raise SettingsError(f"{name} must be an address such as http://localhost:8000, but its value is none.")


def _origins(name: str, value: str) -> str:
    """Return origins as browsers send them: lower case, punycode, without the scheme's own port."""
    return ",".join(_origin(name, part.strip()) for part in value.split(",") if part.strip())


def _origin(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        is_origin = (
            parts.scheme in ("http", "https") and parts.path in ("", "/") and not (parts.query or parts.fragment)
        )
        host = (parts.hostname or "").encode("idna").decode()
        if is_origin and re.fullmatch(r"[a-z0-9.:-]+", host) and "@" not in parts.netloc:
            host = f"[{host}]" if ":" in host else host
            is_usual = parts.port in (None, {"http": 80, "https": 443}[parts.scheme])
            return f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}")
    except ValueError:  # a port that is no number, a host that is none
        pass
    raise SettingsError(f"{name} must hold origins such as https://portal.example, each by name, but found {value!r}.")


def _networks(name: str, value: str) -> str:
    """Return addresses and networks, each checked."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    for part in parts:
        try:
            ip_network(part)
        except ValueError as error:
            raise SettingsError(f"{name} must hold addresses such as 127.0.0.1 or 10.0.0.0/8: {error}.") from error
    return ",".join(parts)


def _count(name: str, value: str) -> int:
    """Return a whole number from 0 on."""
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise SettingsError(f"{name} must be a whole number from 0 on, but found {value!r}.")
    return int(value)


def _some(name: str, value: str) -> int:
    """Return a whole number from 1 on."""
    return _count(name, value) or _refuse_few(name, value, 1)


def _memory(name: str, value: str) -> int:
    """Return megabytes in which a reader can work at all."""
    return found if (found := _count(name, value)) >= LEAST_MEMORY else _refuse_few(name, value, LEAST_MEMORY)


def _refuse_few(name: str, value: str, least: int) -> int:
    raise SettingsError(f"{name} must be at least {least}, but found {value!r}.")


def _password(name: str, value: str) -> str:
    """Return a password that is not guessed within the attempts that are heard."""
    if len(value) < _SHORTEST_PASSWORD:
        raise SettingsError(f"{name} must have at least {_SHORTEST_PASSWORD} characters, but found {len(value)}.")
    return value


def _chat_model(name: str, value: str) -> str:
    """Return PROVIDER:MODEL."""
    provider, _, model = value.partition(":")
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", provider) or not model.strip():
        raise SettingsError(f"{name} must be PROVIDER:MODEL, such as openai:deepseek-chat, but is {value}.")
    return value


def _secret(name: str, value: str) -> str:
    """Return a key that can stand in a header; what it is never shows."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SettingsError(f"{name} must be one word of ASCII characters, but its value is not.")
    return value


def _seconds(name: str, value: str) -> float:
    """Return a number of seconds above zero."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 150:
        raise SettingsError(f"{name} must be seconds, above 0 and at most 150, but is {value}.")
    return seconds


_READERS = {
    "home": _folder,
    "corpus": _folder,
    "embedding": _model,
    "reranker": _model,
    "chroma_url": _address,
    "embed_origins": _origins,
    "trusted_proxies": _networks,
    "rate_limit": _count,
    "admin_password": _password,
    "file_mb": _some,
    "file_seconds": _some,
    "file_memory": _memory,
    "llm": _chat_model,
    "llm_base_url": _address,
    "llm_api_key": _secret,
    "llm_timeout": _seconds,
}
