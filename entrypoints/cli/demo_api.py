"""The service as the demo calls it: over HTTP, with the keys of its users."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from entrypoints.cli.reach import Failed

TIMEOUT_SECONDS = 120.0


class DemoApi:
    """Calls under a name: whoever was made known to it, or the admin."""

    def __init__(self, url: str, admin_key: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self._keys = {"admin": admin_key}

    def close(self) -> None:
        """No connection is held any more."""
        self._http.close()

    def welcome(self, user: str) -> None:
        """The user gets a key, and calls under their name from now on."""
        answer = self.call("POST", "/api/v1/admin/keys", "admin", {"user_id": user, "roles": ["user"]})
        self._keys[user] = str(answer["key"])

    def call(self, method: str, path: str, user: str, body: object = None) -> Any:  # noqa: ANN401  # the path's JSON
        """The answer's JSON. Raises: Failed."""
        with _told(method, path):
            answer = self._http.request(method, path, json=body, headers=self._bearer(user))
        if answer.is_error:
            raise Failed(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def events(self, path: str, user: str, body: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The events of an answer that is streamed, each as it arrives. Raises: Failed, for an `error` event too."""
        with (
            _told("POST", path),
            self._http.stream("POST", path, json=body, headers=self._bearer(user)) as answer,
        ):
            if answer.is_error:
                raise Failed(f"POST {path}: {answer.status_code} {answer.read().decode(errors='replace')}")
            name = ""
            for line in answer.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    document = json.loads(value)
                    if name == "error":
                        raise Failed(f"POST {path}: {document.get('detail', value)}")
                    yield name, document

    def _bearer(self, user: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._keys[user]}"}


@contextmanager
def _told(method: str, path: str) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise Failed(f"{method} {path}: {str(error) or type(error).__name__}") from error
