"""What the rows of bad inputs speak of, made over HTTP."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.cli.process import ADMIN_KEY, Serving
from tests.http.bad_input import STRANGER, USER
from tests.http.service import a_body, a_macd_body

Json = Any
Things = dict[str, str]
LIVES_SECONDS = 1.0


def things_of(served: Serving) -> Things:
    """What the rows speak of, made over HTTP: two users, a session each, a report, and keys of each kind."""
    soon = (datetime.now(UTC) + timedelta(seconds=LIVES_SECONDS)).isoformat()
    expired = _key(served, expires_at=soon)["key"]
    served.json("POST", "/api/v1/backtests", a_body(), user=USER)
    served.json("POST", "/api/v1/backtests", a_macd_body(), user=USER)
    served.json("POST", "/api/v1/backtests", a_body(backtest_id="bt-of-alex"), user=STRANGER)
    report = {"backtest_id": "bt-of-alex"}
    made = {
        "admin": ADMIN_KEY,
        "nobody": "qt_nobody_has_this_key",
        "mine": _key(served)["key"],
        "service": _key(served, roles=["service"])["key"],
        "narrow": _key(served, services=["narrative_report"], models=["gpt-4o-mini"])["key"],
        "expired": expired,
        "revoked": _revoked(served),
        "rotated": _rotated(served),
        "session": served.json("POST", "/api/v1/chatops/sessions", {}, user=USER)["session_id"],
        "foreign_session": served.json("POST", "/api/v1/chatops/sessions", {}, user=STRANGER)["session_id"],
        "foreign_report": served.json("POST", "/api/v1/narrative-reports", report, user=STRANGER)["report_id"],
        "runs_cursor": served.json("GET", "/api/v1/backtests?limit=1", user=USER)["next_cursor"],
    }
    for key in (expired, made["rotated"]):
        _until_refused(served, key)
    served.until_indexed(USER)
    served.until_indexed(STRANGER)
    return made


def _key(served: Serving, **changes: object) -> Json:
    return served.json("POST", "/api/v1/admin/keys", {"user_id": USER, "roles": ["user"], **changes})


def _revoked(served: Serving) -> str:
    key = _key(served)
    served.json("DELETE", f"/api/v1/admin/keys/{key['key_id']}")
    return str(key["key"])


def _rotated(served: Serving) -> str:
    key = _key(served)
    served.json("POST", f"/api/v1/admin/keys/{key['key_id']}/rotate", {"overlap_seconds": 0})
    return str(key["key"])


def _until_refused(served: Serving, key: str) -> None:
    deadline = time.monotonic() + 30
    headers = {"Authorization": f"Bearer {key}"}
    while httpx.get(f"{served.url}/api/v1/backtests", headers=headers, trust_env=False).status_code != 401:
        assert time.monotonic() < deadline, "the key never ends"
        time.sleep(0.05)
