"""How a command reaches the service: the running owner of the data folder, or one of its own for its time."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx

from entrypoints.ownership import FolderOwned, Owner, owner_of, owning
from entrypoints.settings import Settings

PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.1
TIMEOUT_SECONDS = 120.0


class Failed(Exception):
    """A command that could not do its work, in one line."""


class Api:
    """The service as a command sees it: paths in, JSON out."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(
        self,
        method: str,
        path: str,
        *,
        user: str | None = None,
        body: object = None,
        query: Mapping[str, str | None] | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> Any:  # noqa: ANN401  # whatever JSON the path answers with
        """The answer's JSON. Raises: Failed, with the problem in one line."""
        headers = _acting_for(user)
        with _answering(timeout_seconds):
            answer = await self._client.request(
                method,
                path,
                json=body,
                params={k: v for k, v in (query or {}).items() if v is not None},
                headers=headers,
                timeout=timeout_seconds,
            )
        return _read(answer)

    async def send_lines(self, path: str, lines: bytes, *, user: str) -> Any:  # noqa: ANN401  # the path's JSON
        """The answer's JSON to an NDJSON body. Raises: Failed."""
        headers = _acting_for(user) | {b"Content-Type": b"application/x-ndjson"}
        with _answering():
            answer = await self._client.post(path, content=lines, headers=headers)
        return _read(answer)

    async def read_pieces(self, method: str, path: str, *, timeout_seconds: float) -> AsyncIterator[bytes]:
        """The bytes of the answer as they come. Raises: Failed, also where it breaks off."""
        with _answering(timeout_seconds):
            async with self._client.stream(method, path, timeout=timeout_seconds) as answer:
                if not answer.is_success:
                    await answer.aread()
                    _read(answer)
                async for piece in answer.aiter_raw():
                    yield piece


def _acting_for(user: str | None) -> dict[bytes, bytes]:
    """Bytes, because a user id may be Korean."""
    return {} if user is None else {b"X-User-Id": user.encode()}


@contextmanager
def _answering(timeout_seconds: float = TIMEOUT_SECONDS) -> Iterator[None]:
    """A service that does not answer is a failure in one line."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise Failed(f"the service gave no answer within {timeout_seconds:.0f} s") from error
    except httpx.HTTPError as error:
        raise Failed(f"the service does not answer: {str(error) or type(error).__name__}") from error


def _read(answer: httpx.Response) -> Any:  # noqa: ANN401  # whatever JSON the path answers with
    try:
        document = answer.json() if answer.content else None
    except ValueError as error:
        raise Failed(f"what answers at {answer.url.copy_with(path='/')} is not Quantrail") from error
    if answer.is_success:
        return document
    problem: Mapping[str, object] = document if isinstance(document, dict) else {}
    raise Failed(f"{problem.get('title', answer.reason_phrase)}: {problem.get('detail', answer.status_code)}")


@asynccontextmanager
async def reach(settings: Settings, command: str, *, patience_seconds: float = PATIENCE_SECONDS) -> AsyncIterator[Api]:
    """The service over the data folder of these settings. Raises: Failed, also where its owner is deaf for so long."""
    deadline = asyncio.get_running_loop().time() + patience_seconds
    while True:
        try:
            async with _own(settings, command) as api:
                yield api
                return
        except FolderOwned as owned:
            owner = owner_of(settings.data_dir) or owned.owner
            if owner is not None and owner.url is not None:
                break
            if asyncio.get_running_loop().time() > deadline:
                raise Failed(f"{owned}, which does not answer") from owned
        await asyncio.sleep(PAUSE_SECONDS)
    async with _client_of(owner) as client:
        await _greet(client, owner, settings, patience_seconds)
        yield Api(client)


async def _greet(client: httpx.AsyncClient, owner: Owner, settings: Settings, patience_seconds: float) -> None:
    """Nothing, where the owner answers. An owner that hangs would else be waited for as long as an answer may take."""
    try:
        hello = await client.get("/health/live", timeout=patience_seconds)
    except httpx.HTTPError as error:
        raise Failed(f"{FolderOwned(settings.data_dir, owner)}, which does not answer") from error
    if not hello.is_success or "x-request-id" not in hello.headers:
        raise Failed(f"{FolderOwned(settings.data_dir, owner)}, where something else answers")


def _client_of(owner: Owner) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {owner.token}"}
    return httpx.AsyncClient(base_url=owner.url or "", headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)


@asynccontextmanager
async def _own(settings: Settings, command: str) -> AsyncIterator[Api]:
    with owning(settings.data_dir, command) as ownership:
        # Imported once the folder is ours: it takes a second that a call to a running owner need not wait.
        from entrypoints.container import build_container
        from entrypoints.http.app import alive, create_app
        from entrypoints.logs import configure_logs

        configure_logs(settings, least="ERROR")
        container = build_container(settings, local_token=ownership.token)
        transport = httpx.ASGITransport(app=create_app(container))  # type: ignore[arg-type]  # httpx names ASGI's types otherwise
        headers = {"Authorization": f"Bearer {ownership.token}"}
        async with (
            alive(container),
            httpx.AsyncClient(
                transport=transport, base_url="http://quantrail", headers=headers, timeout=TIMEOUT_SECONDS
            ) as client,
        ):
            yield Api(client)
