"""Typed readers of the environment; a wrong value is refused by its name."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

_env = Env(expand_vars=False)


def text(name: str, default: str = "") -> str:
    """The variable's text without surrounding blanks."""
    return str(_env.str(name, default)).strip()


def boolean(name: str, default: bool) -> bool:
    """True or false in any common spelling; an empty variable counts as not set."""
    if not text(name):
        return default
    try:
        return bool(_env.bool(name))
    except EnvError as error:
        raise ImproperlyConfigured(f"{name} must be true or false, not {text(name)!r}.") from error


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from `least` to `most`; an empty variable counts as not set."""
    value = text(name) or str(default)
    if not (value.isascii() and value.isdigit() and least <= int(value[:10]) <= most):
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """A list of words, separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of a few words; the first is the default."""
    value = text(name) or allowed[0]
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def path(name: str, default: Path) -> Path:
    """A folder or file, made absolute."""
    value = text(name)
    return (Path(value).expanduser() if value else default).resolve()


def web_address(name: str, *, loopback_http_only: bool = False) -> str:
    """An http or https address without a trailing slash, or "".

    With `loopback_http_only`, plain http is refused unless the host is this machine.
    """
    value = text(name).rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be an address such as https://example.org, not {value!r}.")
    if loopback_http_only and parts.scheme == "http" and not is_loopback(value):
        raise ImproperlyConfigured(f"{name} must begin with https://, unless its host is this machine.")
    return value


def is_loopback(address: str) -> bool:
    """Does this web address name the machine itself?"""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def database(name: str, default: str) -> dict[str, Any]:
    """A database address as Django's dictionary."""
    try:
        return dict(_env.dj_db_url(name, default))
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(
            f"{name} must be an address such as postgres://user:password@host/name or sqlite:////path."
        ) from error


def mail_server(name: str) -> dict[str, Any]:
    """A mail server's address as Django's EMAIL_ settings; empty when the variable is not set."""
    value = text(name)
    if not value:
        return {}
    wrong = ImproperlyConfigured(f"{name} must be an address such as submission://user:password@host:587.")
    try:
        server = dict(_env.dj_email_url(name))
    except (EnvError, ValueError, KeyError) as error:
        raise wrong from error
    # A scheme that the reader doesn't know comes back without a backend.
    if not server.get("EMAIL_BACKEND"):
        raise wrong
    return server


def redis(name: str) -> str:
    """A Redis address, or ""."""
    value = text(name)
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured(f"{name} must be an address such as redis://host:6379/0, not {value!r}.")
    return value
