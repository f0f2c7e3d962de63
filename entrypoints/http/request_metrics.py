"""Requests, counted and timed by their route."""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest

# When a counter was made is of no use to anyone, and doubles the text.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the package types all but this

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class RequestMetrics:
    """Counts of one process, since its start. A path that is no route is counted as one: anybody may invent some."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._count = Counter(
            "quantrail_http_requests", "Answered requests.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "quantrail_http_request_seconds",
            "Time from a request to the end of its answer, streams included.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """One more."""
        method = method if method in METHODS else "other"
        self._count.labels(method, route or NO_ROUTE, status).inc()
        self._seconds.labels(method, route or NO_ROUTE).observe(seconds)

    def text(self) -> str:
        """As Prometheus reads it."""
        return generate_latest(self._registry).decode()
