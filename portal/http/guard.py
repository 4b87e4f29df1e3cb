"""The address guard, for addresses that come from data: https only, and nothing but public addresses.

Without it, whoever can put an address into a listing could make this server read its own network's private pages
(server-side request forgery). The scheme is checked for every request, redirects included; the addresses are checked
after the look-up, at the moment of connecting, and the connection goes to the checked address.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from portal.http.errors import AddressRefused

# RFC 6052 section 2.1: an IPv4 address in the last 32 bits, translated on the way.
_TRANSLATED = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """May anybody on the internet have this IP address? One that wraps an IPv4 address is judged by that."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        inner = _wrapped(parsed)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def permit_public(host: str, addresses: Sequence[str]) -> None:
    """Raises AddressRefused unless every address of the name is public.

    One private address among public ones is enough to refuse: which one is used would be a matter of chance.
    """
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused(f"{host} is not a public address.")


def check_address(url: httpx.URL) -> None:
    """Raises AddressRefused unless the address is https, names a host, and holds no user name or password."""
    if url.scheme != "https" or not url.host:
        raise AddressRefused("Only addresses that begin with https:// and name a host are fetched.")
    if url.userinfo:
        raise AddressRefused("An address with a user name or password in it is not fetched.")


class GuardedTransport(httpx.BaseTransport):
    """Checks every request's address; a redirect is a request too."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises AddressRefused, or does what the transport it holds does."""
        check_address(request.url)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Closes the transport it holds."""
        self._inner.close()
