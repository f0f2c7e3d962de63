import asyncio
import os
import socket

import pytest

from tests.conftest import PERSONAL_PREFIXES, NetworkIsOff


@pytest.mark.parametrize("address", ["192.0.2.1", "example.com"])
def test_a_connection_past_this_machine_fails_and_is_remembered(address: str, refused_connections: list[str]) -> None:
    with pytest.raises(NetworkIsOff, match="loopback address only"):
        socket.create_connection((address, 80), timeout=1)
    assert len(refused_connections) == 1
    refused_connections.clear()


async def test_asyncio_is_held_too(refused_connections: list[str]) -> None:
    with pytest.raises(NetworkIsOff):
        await asyncio.open_connection("192.0.2.1", 80)
    assert refused_connections
    refused_connections.clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_loopback_address_is_reached(host: str) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection((host, server.getsockname()[1])) as c,
    ):
        assert c.getpeername()[0] == "127.0.0.1"


def test_a_socket_in_the_file_system_is_no_network() -> None:
    with socket.socket(socket.AF_UNIX) as client, pytest.raises(FileNotFoundError):
        client.connect("/nowhere/at/all")


def test_no_personal_setting_reaches_a_test() -> None:
    assert [name for name in os.environ if name.startswith(PERSONAL_PREFIXES)] == []
