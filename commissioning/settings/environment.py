"""Reads the environment once, checks each value, and says in sentences what is wrong.

The embedded default (no DATABASE_URL, no public host) keeps safe values of its own under `var/`.
Anything else is production, where a missing or weak value stops the start.
"""

import base64
import binascii
import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

BASE_DIR = Path(__file__).resolve().parents[2]
THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
SECRET_LENGTH = 50
KEY_BYTES = 32
DEFAULT_PORT = 8000


@dataclass(frozen=True)
class Environment:
    """The portal's settings as read from the environment, every one checked."""

    data: Path
    production: bool
    demo: bool
    port: int
    database: dict[str, Any]
    redis_url: str
    secret_key: str
    sealing_key: bytes
    allowed_hosts: list[str]
    email: dict[str, Any]
    email_from: str
    clamd_url: str
    storage: Path
    proxies: tuple[Network, ...]
    address: str


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Return the settings these variables give, those of the process by default.

    Raises ImproperlyConfigured with one sentence a problem, all of them at once.
    """
    reader = _Reader(os.environ if variables is None else variables)
    found = reader.environment()
    if reader.problems:
        raise ImproperlyConfigured(
            "The portal cannot start with these settings:\n" + "\n".join(f"  - {p}" for p in reader.problems)
        )
    return found


@dataclass
class _Reader:
    variables: Mapping[str, str]
    problems: list[str] = field(default_factory=list)
    production: bool = False

    def environment(self) -> Environment:
        data = Path(self._text("PORTAL_DATA") or BASE_DIR / "var").resolve()
        demo = self._switch("PORTAL_DEMO")
        hosts = [host.strip().lower() for host in self._text("ALLOWED_HOSTS").split(",") if host.strip()]
        url = self._text("DATABASE_URL")
        public = [host for host in hosts if host not in THIS_MACHINE]
        self.production = not demo and bool(public or (url and not url.startswith("sqlite")))
        if demo and public:
            self.problems.append(
                f"PORTAL_DEMO=1 answers on this machine only, and ALLOWED_HOSTS names {public[0]}: "
                "unset one of them."
            )
        self._make(data)
        mail, sender = self._email(data, hosts)
        return Environment(
            data=data,
            production=self.production,
            demo=demo,
            port=self._port(),
            database=self._database(url, data),
            redis_url=self._redis(),
            secret_key=self._secret_key(data),
            sealing_key=self._sealing_key(data),
            allowed_hosts=self._hosts(hosts),
            email=mail,
            email_from=sender,
            clamd_url=self._clamd(),
            storage=self._storage(data),
            proxies=self._proxies(),
            address=self._address(hosts),
        )

    def _make(self, data: Path) -> None:
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            # Nothing below can be kept; this one sentence is the whole answer.
            raise ImproperlyConfigured(
                f"PORTAL_DATA is {data}, and that folder cannot be made: {error.strerror}."
            ) from error

    def _text(self, name: str) -> str:
        return self.variables.get(name, "").strip()

    def _required(self, name: str, sentence: str) -> str:
        """Return the variable's text; in production note the sentence if it is empty."""
        text = self._text(name)
        if not text and self.production:
            self.problems.append(f"{name} is not set: {sentence}")
        return text

    def _switch(self, name: str) -> bool:
        text = self._text(name).lower()
        if text not in {"", "0", "1"}:
            self.problems.append(f"{name} is “{text}”: write 1 for on or 0 for off.")
        return text == "1"

    def _port(self) -> int:
        text = self._text("PORT") or str(DEFAULT_PORT)
        if not text.isdecimal() or not 0 < int(text) < 2**16:
            self.problems.append(f"PORT is “{text}”: write a number from 1 to 65535.")
            return DEFAULT_PORT
        return int(text)

    def _database(self, url: str, data: Path) -> dict[str, Any]:
        embedded = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data / "portal.sqlite3")}
        if not url and not self.production:
            return embedded
        if not url:
            self.problems.append(
                "DATABASE_URL is not set: write it as postgresql://user:password@host:5432/name."
            )
            return embedded
        try:
            config = environ.Env.db_url_config(url)
        except (ValueError, KeyError, ImproperlyConfigured):
            config = {}
        scheme = url.partition("://")[0]
        if scheme == "sqlite" and config.get("NAME", "") not in {"", ":memory:"} and not self.production:
            return {**embedded, "NAME": str(Path(config["NAME"]).resolve())}
        if scheme not in {"postgres", "postgresql"} or not config.get("NAME"):
            self.problems.append(
                "DATABASE_URL is not an address of PostgreSQL: "
                "write it as postgresql://user:password@host:5432/name."
            )
            return embedded
        return config

    def _redis(self) -> str:
        url = self._required("REDIS_URL", "write it as redis://host:6379/0.")
        if url and (urlsplit(url).scheme not in {"redis", "rediss", "unix"}):
            self.problems.append("REDIS_URL is not an address of Redis: write it as redis://host:6379/0.")
        return url

    def _secret_key(self, data: Path) -> str:
        given = self._required(
            "SECRET_KEY", f"write {SECRET_LENGTH} random characters or more, known to nobody."
        )
        if not given:
            return "" if self.production else kept(data / "keys" / "secret_key", secrets.token_urlsafe(48))
        if len(given) < SECRET_LENGTH or len(set(given)) < 10 or "insecure" in given.lower():
            self.problems.append(
                f"SECRET_KEY is weak: write {SECRET_LENGTH} random characters or more, known to nobody."
            )
        return given

    def _sealing_key(self, data: Path) -> bytes:
        how = (
            f"write {KEY_BYTES} random bytes in URL-safe base64 (./portal manage doctor prints a fresh one)."
        )
        given = self._required("PORTAL_SEALING_KEY", how)
        if not given:
            if self.production:
                return b""
            given = kept(data / "keys" / "sealing_key", fresh_sealing_key())
        try:
            key = base64.b64decode(given.encode(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES or len(set(key)) < 10:
            self.problems.append(f"PORTAL_SEALING_KEY is weak or misspelt: {how}")
        return key

    def _hosts(self, hosts: list[str]) -> list[str]:
        if any("*" in host or host.startswith(".") for host in hosts):
            self.problems.append(
                "ALLOWED_HOSTS must name each host in full: a wildcard lets anyone pose as us."
            )
        if any("/" in host for host in hosts):
            self.problems.append("ALLOWED_HOSTS takes host names alone, such as portal.example.org.")
        if not hosts and self.production:
            self.problems.append(
                "ALLOWED_HOSTS is not set: write the portal's own names, the one for links in messages first."
            )
        # The machine's own names let health checks in; a name that resolves to this machine poses as nobody.
        return [*hosts, *(host for host in THIS_MACHINE if host not in hosts)]

    def _email(self, data: Path, hosts: list[str]) -> tuple[dict[str, Any], str]:
        how = "write it as smtp+tls://user:password@host:587/?from=portal@example.org."
        url = self._required("EMAIL_URL", how)
        sender = f"portal@{hosts[0].split(':')[0]}" if hosts else "portal@portal.example"
        if not url:
            folder = {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
            return {**folder, "EMAIL_FILE_PATH": str(data / "mail")}, sender
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        sender = query.pop("from", sender)
        if parts.scheme not in {"smtp", "smtps", "smtp+tls", "smtp+ssl"} or not parts.hostname:
            self.problems.append(f"EMAIL_URL is not an address of a mail server: {how}")
            return {}, sender
        if "@" not in parseaddr(sender)[1]:
            self.problems.append(f"EMAIL_URL names a sender that is no e-mail address: {how}")
        try:
            config = environ.Env.email_url_config(parts._replace(query=urlencode(query)).geturl())
        except (ValueError, ImproperlyConfigured):
            self.problems.append(f"EMAIL_URL cannot be read: {how}")
            return {}, sender
        return {name: value for name, value in config.items() if name.startswith("EMAIL_") and value}, sender

    def _address(self, hosts: list[str]) -> str:
        """Return the portal's own address for links in messages, without a slash at its end."""
        how = "write the address people type, such as https://portal.example.org."
        url = self._text("PORTAL_URL").rstrip("/")
        if not url:
            return f"https://{hosts[0]}" if self.production and hosts else f"http://127.0.0.1:{self._port()}"
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            self.problems.append(f"PORTAL_URL cannot be read: {how}")
        elif self.production and parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
            self.problems.append(f"PORTAL_URL is not encrypted: {how}")
        return url

    def _clamd(self) -> str:
        how = "write the virus scanner's address as tcp://host:3310 or unix:///path/to/clamd.sock."
        url = self._required("CLAMD_URL", how)
        parts = urlsplit(url)
        if url and not (
            (parts.scheme == "tcp" and parts.hostname) or (parts.scheme == "unix" and parts.path)
        ):
            self.problems.append(f"CLAMD_URL cannot be read: {how}")
        return url

    def _storage(self, data: Path) -> Path:
        how = "write the folder that keeps uploaded files as file:///absolute/path."
        url = self._required("STORAGE_URL", how)
        parts = urlsplit(url)
        if url and (parts.scheme != "file" or parts.netloc or not parts.path.startswith("/")):
            self.problems.append(f"STORAGE_URL cannot be read: {how}")
            return data / "files"
        return Path(unquote(parts.path)) if url else data / "files"

    def _proxies(self) -> tuple[Network, ...]:
        networks: list[Network] = []
        for text in self._text("PORTAL_PROXIES").split(","):
            if not text.strip():
                continue
            try:
                networks.append(ipaddress.ip_network(text.strip()))
            except ValueError:
                self.problems.append(
                    f"PORTAL_PROXIES names “{text.strip()}”: write addresses or networks such as 10.0.0.0/24."
                )
        return tuple(networks)


def kept(path: Path, fresh: str) -> str:
    """Return the value kept in this file; the first caller keeps the fresh one, readable by its owner."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(fresh + "\n", encoding="ascii")
    try:
        # A link appears whole or not at all, and never replaces a value that others already use.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def fresh_sealing_key() -> str:
    """Return a new sealing key, as PORTAL_SEALING_KEY takes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()
