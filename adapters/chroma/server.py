"""A Chroma server, by the few requests that an index of cards needs.

Its wire format is spoken here, not by Chroma's own asynchronous client: that one checks no certificate unless told to,
waits for an answer for ever, and shares its connections between all its instances.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx
import msgspec

from adapters.chroma.card_matrix import Rows
from adapters.chroma.errors import PART
from domain.errors import StoreUnavailable

T = TypeVar("T")
TIMEOUT = httpx.Timeout(30, connect=3)
NOT_FOUND = 404
PAGE = 1_000
"""Cards in one request; a server takes 5,461."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A collection as it is at this moment."""

    id: str
    name: str
    metadata: Mapping[str, str | int | float | bool] | None = None
    dimension: int | None = None

    @property
    def revision(self) -> str:
        """What its last writer called its state."""
        return str((self.metadata or {}).get("revision", ""))


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Cards of a collection, in one order."""

    ids: list[str]
    embeddings: list[list[float]] | None = None
    metadatas: list[dict[str, str] | None] | None = None

    @property
    def tags(self) -> list[str]:
        """What each was tagged with when it was stored."""
        return [(metadata or {}).get("tag", "") for metadata in self.metadatas or []]


class ChromaServer:
    """The collections of one database on the server under a URL; it may name `?tenant=` and `?database=`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        [tenant], [database] = asked.get("tenant", ["default_tenant"]), asked.get("database", ["default_database"])
        self._database = f"/api/v2/tenants/{tenant}/databases/{database}"
        self._where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        base = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self._http = httpx.AsyncClient(base_url=base, timeout=TIMEOUT, trust_env=False)

    async def close(self) -> None:
        """No connection is open any more."""
        await self._http.aclose()

    async def check(self) -> None:
        """It answers, and has the database. Raises: StoreUnavailable."""
        await self._ask(object, "GET", self._database)

    async def found(self, name: str) -> Found | None:
        """The collection of that name, if there is one."""
        with self._failures():
            answer = await self._http.get(f"{self._database}/collections/{name}")
            return None if answer.status_code == NOT_FOUND else _read(Found, answer)

    async def made(self, name: str, **metadata: str) -> Found:
        """The collection of that name, made where there is none, with that metadata if it is made."""
        body = {"name": name, "get_or_create": True, "configuration": {"hnsw": {"space": "ip"}}}
        given = {"metadata": metadata} if metadata else {}
        return await self._ask(Found, "POST", f"{self._database}/collections", {**body, **given})

    async def revise(self, collection: Found, revision: str) -> None:
        """Its state is called so from now on."""
        path = f"{self._database}/collections/{collection.id}"
        await self._ask(object, "PUT", path, {"new_metadata": {"revision": revision}})

    async def upsert(self, collection: Found, ids: Sequence[str], rows: Rows, tags: Sequence[str]) -> None:
        """The cards are stored, each with its tag."""
        body = {"ids": ids, "embeddings": rows.tolist(), "metadatas": [{"tag": tag} for tag in tags]}
        await self._ask(object, "POST", f"{self._database}/collections/{collection.id}/upsert", body)

    async def delete(self, collection: Found, ids: Sequence[str]) -> None:
        """None of the cards is stored any more."""
        await self._ask(object, "POST", f"{self._database}/collections/{collection.id}/delete", {"ids": ids})

    async def vectors(self, collection: Found, ids: Sequence[str]) -> Records:
        """Those of the cards that are stored, with their vectors and tags."""
        return await self._get(collection, {"ids": ids, "include": ["embeddings", "metadatas"]})

    async def tags(self, collection: Found) -> dict[str, str]:
        """The tag of every card."""
        tags: dict[str, str] = {}
        for start in count(0, PAGE):
            page = await self._get(collection, {"limit": PAGE, "offset": start, "include": ["metadatas"]})
            tags.update(zip(page.ids, page.tags, strict=True))
            if len(page.ids) < PAGE:
                break
        return tags

    async def count(self, collection: Found) -> int:
        """How many cards it holds."""
        return await self._ask(int, "GET", f"{self._database}/collections/{collection.id}/count")

    async def collections(self) -> AsyncIterator[Found]:
        """All of them."""
        for start in count(0, PAGE):
            path = f"{self._database}/collections?limit={PAGE}&offset={start}"
            page = await self._ask(list[Found], "GET", path)
            for each in page:
                yield each
            if len(page) < PAGE:
                return

    async def drop(self, name: str) -> None:
        """There is no collection of that name."""
        with self._failures():
            answer = await self._http.delete(f"{self._database}/collections/{name}")
            if answer.status_code != NOT_FOUND:
                answer.raise_for_status()

    async def _get(self, collection: Found, body: Mapping[str, object]) -> Records:
        return await self._ask(Records, "POST", f"{self._database}/collections/{collection.id}/get", body)

    async def _ask(self, kind: type[T], method: str, path: str, body: Mapping[str, object] | None = None) -> T:
        with self._failures():
            content = None if body is None else msgspec.json.encode(body)
            headers = {"Content-Type": "application/json"}
            return _read(kind, await self._http.request(method, path, content=content, headers=headers))

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPStatusError as error:
            raise StoreUnavailable(PART, f"Chroma at {self._where} fails: {_words(error.response)}") from error
        except (httpx.HTTPError, RuntimeError) as error:
            # It is a RuntimeError where the client was closed.
            why = str(error) or "it does not answer in time"
            raise StoreUnavailable(PART, f"Chroma at {self._where} cannot be reached: {why}") from error
        except msgspec.MsgspecError as error:
            raise StoreUnavailable(PART, f"what answers at {self._where} is no Chroma server: {error}") from error


def _read(kind: type[T], answer: httpx.Response) -> T:
    return msgspec.json.decode(answer.raise_for_status().content, type=kind)


def _words(response: httpx.Response) -> str:
    """What the server says of its failure, at most a line."""
    try:
        return str(response.json()["message"]).partition("\n")[0]
    except (ValueError, KeyError, TypeError):
        return f"status {response.status_code}"
