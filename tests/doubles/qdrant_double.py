"""A Qdrant server as far as its requests go: they are read by the client library's models, and answered by the engine
of its embedded mode.

No package of the index carries the server itself. What this shows is that each request is one that the server's own
schema allows, that outages are told, and that points are always asked for by their owner; not how the server behaves.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qdrant_client import QdrantClient, models

Json = Any  # what a request says
OK, NOT_FOUND, CONFLICT, BAD = 200, 404, 409, 400


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class QdrantDouble:
    """It keeps its points for as long as the object lives, also while it is stopped."""

    def __init__(self) -> None:
        self._engine = QdrantClient(":memory:")
        self._one_at_a_time = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self._actions: Mapping[str, Callable[[str, Json], Json]] = {
            "GET exists": lambda name, _: {"exists": self._engine.collection_exists(name)},
            "GET": lambda name, _: self._engine.get_collection(name).model_dump(mode="json"),
            "PUT": self._make,
            "DELETE": lambda name, _: self._engine.delete_collection(name),
            "PUT index": self._index,
            "PUT points": self._upsert,
            "POST points": self._retrieve,
            "POST points/delete": self._delete,
            "POST points/query": self._query,
            "POST points/count": self._count,
            "POST points/scroll": self._scroll,
        }
        self.indexes: dict[str, tuple[Json, int]] = {}
        """Of each collection the schema of its payload index, and how many points there were when it came."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """It listens when this returns: on the port it had before, or on a free one."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, method: str, path: str, body: Json) -> Json:
        """Raises: Refusal."""
        if path == "/collections":
            return self._engine.get_collections().model_dump(mode="json")
        parts = re.fullmatch(r"/collections/([^/]+)(?:/(.+))?", path)
        if parts is None:
            raise Refusal(NOT_FOUND, "no such path")
        name, action = parts[1], f"{method} {parts[2] or ''}".strip()
        with self._one_at_a_time:
            there = self._engine.collection_exists(name)
            if not there and action not in {"PUT", "DELETE", "GET exists"}:
                raise Refusal(NOT_FOUND, f"Collection `{name}` doesn't exist!")
            return self._actions[action](name, body)

    def _make(self, name: str, body: Json) -> bool:
        asked = models.CreateCollection.model_validate(body)
        if self._engine.collection_exists(name):
            raise Refusal(CONFLICT, f"Collection `{name}` already exists!")
        return self._engine.create_collection(name, vectors_config=asked.vectors)

    def _index(self, name: str, body: Json) -> Json:
        models.CreateFieldIndex.model_validate(body)
        self.indexes[name] = (body, self._engine.count(name).count)
        return _DONE

    def _upsert(self, name: str, body: Json) -> Json:
        if "batch" in body:
            self._engine.upsert(name, models.PointsBatch.model_validate(body).batch)
        else:
            self._engine.upsert(name, models.PointsList.model_validate(body).points)
        return _DONE

    def _delete(self, name: str, body: Json) -> Json:
        selector = models.PointIdsList if "points" in body else models.FilterSelector
        self._engine.delete(name, selector.model_validate(body))
        return _DONE

    def _query(self, name: str, body: Json) -> Json:
        asked = models.QueryRequest.model_validate(body)
        if asked.params is None or not asked.params.exact:
            raise Refusal(BAD, "an approximate search was asked for")
        found = self._engine.query_points(
            name,
            query=asked.query,
            query_filter=_owned(asked.filter),
            limit=asked.limit or 10,
            with_payload=True,
            with_vectors=bool(asked.with_vector),
        )
        return found.model_dump(mode="json")

    def _count(self, name: str, body: Json) -> Json:
        asked = models.CountRequest.model_validate(body)
        return self._engine.count(name, count_filter=asked.filter, exact=True).model_dump(mode="json")

    def _scroll(self, name: str, body: Json) -> Json:
        asked = models.ScrollRequest.model_validate(body)
        page, after = self._engine.scroll(
            name, scroll_filter=_owned(asked.filter), limit=asked.limit or 10, offset=asked.offset
        )
        return {"points": [record.model_dump(mode="json") for record in page], "next_page_offset": after}

    def _retrieve(self, name: str, body: Json) -> Json:
        found = self._engine.retrieve(name, models.PointRequest.model_validate(body).ids, with_vectors=True)
        return [record.model_dump(mode="json") for record in found]


_DONE = {"operation_id": 1, "status": "completed"}


def _owned(asked: models.Filter | None) -> models.Filter:
    if asked is None or "owner" not in asked.model_dump_json():
        raise Refusal(BAD, "points were asked for without their owner")
    return asked


def _handler(double: QdrantDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                result = double.answer(self.command, self.path.partition("?")[0], json.loads(body or b"null"))
                self._send(OK, {"result": result, "status": "ok", "time": 0.001})
            except Refusal as refused:
                self._send(refused.status, {"status": {"error": str(refused)}, "time": 0.001})
            except ValueError as refused:  # what the models or the engine do not take
                self._send(BAD, {"status": {"error": str(refused)}, "time": 0.001})

        do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  # as the library calls them

        def _send(self, status: int, said: Json) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """It is quiet."""

    return Handler
