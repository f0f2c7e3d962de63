"""Owners of a data folder that misbehave: what a command meets where a service hangs, dies, or is another program."""

import fcntl
import json
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from entrypoints.ownership import LOCK_NAME, OWNER_NAME

Behaviour = Callable[[socket.socket, bytes], None]
ALIVE = b"HTTP/1.1 200 OK\r\nx-request-id: req-1\r\ncontent-length: 18\r\n\r\n" + b'{"status":"alive"}'


@contextmanager
def owned(folder: Path, *, url: str | None, text: str | None = None) -> Iterator[None]:
    """The folder is owned while the block runs, by somebody who says that they answer at that URL."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_NAME).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = {"pid": os.getpid(), "command": "serve", "url": url, "token": "t" if url else None}
        (folder / OWNER_NAME).write_text(json.dumps(said) if text is None else text)
        yield


@contextmanager
def answering(behaviour: Behaviour) -> Iterator[str]:
    """A server that does so with each connection while the block runs, once its request has come in."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, behaviour), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=10)


def _serve(listener: socket.socket, behaviour: Behaviour) -> None:
    held = []
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            held.append(connection)
            with suppress(OSError):
                for request in _requests(connection):
                    behaviour(connection, request)
    for connection in held:
        connection.close()


def _requests(connection: socket.socket) -> Iterator[bytes]:
    """Whole requests: head and body come in one piece or in two, and the end of one with the beginning of the next."""
    held = b""
    while part := connection.recv(65_536):
        held += part
        while (end := _end_of(held)) is not None:
            request, held = held[:end], held[end:]
            yield request


def _end_of(held: bytes) -> int | None:
    head, found, body = held.partition(b"\r\n\r\n")
    said = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    length = int(said[1]) if said else 0
    return len(head) + len(found) + length if found and len(body) >= length else None


def dies(connection: socket.socket, _: bytes) -> None:
    connection.close()


def is_another_program(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")


def dies_in_the_middle(connection: socket.socket, request: bytes) -> None:
    """It greets, and is gone before it answers anything else."""
    if request.startswith(b"GET /health/live"):
        connection.sendall(ALIVE)
    else:
        connection.close()


def says_nothing(_: socket.socket, __: bytes) -> None:
    """The connection stays open."""
