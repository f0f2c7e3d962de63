"""No test reaches past this machine, and none depends on the settings of the person who runs it."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

PERSONAL_PREFIXES = ("OPENAI_", "QUANTRAIL_")
# A proxy would carry even calls to the loopback address away.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

_refused: list[str] = []
_real_connect = socket.socket.connect
_real_connect_ex = socket.socket.connect_ex
_real_getaddrinfo = socket.getaddrinfo


class NetworkIsOff(RuntimeError):
    def __init__(self, address: object) -> None:
        super().__init__(f"tests reach the loopback address only, not {address!r}")


def is_local(host: object) -> bool:
    if isinstance(host, bytes | bytearray):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(address: object) -> None:
    _refused.append(repr(address))
    raise NetworkIsOff(address)


def _check(connecting: socket.socket, address: Any) -> None:  # noqa: ANN401  # the type depends on the family
    if connecting.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
        _refuse(address)


def _connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401  # the type depends on the family
    _check(self, address)
    _real_connect(self, address)


def _connect_ex(self: socket.socket, address: Any) -> int:  # noqa: ANN401  # the type depends on the family
    _check(self, address)
    return _real_connect_ex(self, address)


def _getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # the signature of socket.getaddrinfo
    if not is_local(host):
        _refuse(host)
    return _real_getaddrinfo(host, *args, **kwargs)


def pytest_configure() -> None:
    for name in list(os.environ):
        if name.startswith(PERSONAL_PREFIXES) or name.upper() in PROXIES:
            del os.environ[name]
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _connect)
    patch.setattr(socket.socket, "connect_ex", _connect_ex)
    patch.setattr(socket, "getaddrinfo", _getaddrinfo)


@pytest.fixture(autouse=True)
def refused_connections() -> Iterator[list[str]]:
    """What this test tried to reach; it fails for it even where a library swallowed the error."""
    _refused.clear()
    yield _refused
    assert not _refused, f"the network is off, and this was tried: {', '.join(_refused)}"
