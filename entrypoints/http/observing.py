"""One line in the log and one count for each request."""

import logging
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.http.asgi import request_id_of
from entrypoints.http.request_metrics import RequestMetrics
from entrypoints.tracing import Trace, tracing

logger = logging.getLogger("quantrail.access")
CLIENT_LEFT = 499
"""What proxies log for a request whose caller was gone before an answer began."""


def observed(app: ASGIApp, metrics: RequestMetrics) -> ASGIApp:
    """The same application; each request is traced under its id, counted and logged, by its route and not its path."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        status, started = CLIENT_LEFT, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with tracing(request_id_of(scope)) as trace:
            try:
                await app(scope, receive, watched)
            finally:
                _tell(metrics, scope, trace, status=status, seconds=time.perf_counter() - started)

    return wrapped


def _tell(metrics: RequestMetrics, scope: Scope, trace: Trace, *, status: int, seconds: float) -> None:
    method, route = str(scope.get("method", "")), scope.get("path_template", "")
    metrics.answered(method=method, route=route, status=status, seconds=seconds)
    if logger.isEnabledFor(logging.INFO):
        took = {"status": status, "ms": round(seconds * 1000, 2), "user_id": trace.user_id}
        logger.info("request", extra={"method": method, "route": route or None, **took})
