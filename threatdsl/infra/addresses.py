"""Addresses of other systems in the values of variables, arguments and parameters."""

import re
from collections.abc import Iterator

import msgspec

LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
HOST = rf"{LABEL}(?:\.{LABEL})*\.?"
URL = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^\s/@]*@)?(?P<host>{HOST})(?::(?P<port>\d{{1,5}}))?(?![\w.-])"
)
HOST_PORT = re.compile(rf"(?P<host>{HOST}):(?P<port>\d{{1,5}})(?:/\S*)?")
BARE = re.compile(HOST)
# A host that stands alone is one only where its name says so: `CACHE=redis` may choose a kind of cache.
NAMES_A_HOST = re.compile(
    r"(?:host|addr(?:ess)?|server|service|endpoint|url|uri|broker|upstream|backend)s?(?:$|_)", re.IGNORECASE
)
LAST_PORT = 65_535
LOCAL = ("localhost", "localhost.localdomain", "ip6-localhost", "host.docker.internal")


class Address(msgspec.Struct, frozen=True):
    """A host as it was written, in lower case; `scheme` and `port` are empty where they were not written.

    `bare` tells a host that stood alone: only a name that is known to be one makes such a value an address.
    """

    host: str
    port: str = ""
    scheme: str = ""
    bare: bool = False


def names_a_host(name: str) -> bool:
    """Whether the value of a setting of that name is a host, even when it stands alone."""
    return NAMES_A_HOST.search(name) is not None


def addresses(value: str) -> Iterator[Address]:
    """The addresses in a value: URLs, host:port, or a bare host, alone or in a list. Nothing of user, path or query.

    Loopback and numbers that only look like addresses are left out.
    """
    urls = tuple(URL.finditer(value))
    if urls:
        found = [Address(m["host"].lower(), m["port"] or "", m["scheme"].lower()) for m in urls]
    else:
        found = [one for piece in re.split(r"[,;\s]+", value.strip()) if (one := _one(piece)) is not None]
    for address in dict.fromkeys(found):
        if not _is_local(address.host) and not address.host.replace(".", "").isdecimal():
            yield address


def _one(piece: str) -> Address | None:
    if (match := HOST_PORT.fullmatch(piece)) is not None and int(match["port"]) <= LAST_PORT:
        return Address(match["host"].lower(), match["port"])
    return Address(piece.lower(), bare=True) if BARE.fullmatch(piece) else None


def _is_local(host: str) -> bool:
    return host.rstrip(".") in LOCAL or host.startswith("127.")
