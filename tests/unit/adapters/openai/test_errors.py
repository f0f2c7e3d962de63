import asyncio
from datetime import UTC, datetime

import aiohttp
import httpx2
import msgspec
import openai
import pytest

from adapters.openai.errors import of_status, of_stream, openai_failures, retry_after_seconds
from domain.errors import (
    DeadlineExceeded,
    DomainError,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    UnusableCompletion,
)
from domain.provider_errors import ProviderBrokeOff

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KEY = "secret-key-of-ours"
REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions", headers={"Authorization": f"Bearer {KEY}"})


def a_status_error(
    status: int, message: str = "why not", *, code: str | None = None, headers: dict[str, str] | None = None
) -> openai.APIStatusError:
    response = httpx2.Response(status, request=REQUEST, headers=headers)
    body = {"message": message, "code": code, "type": "some_type"}
    return openai.APIStatusError(f"Error code: {status}", response=response, body=body)


def translated(error: Exception) -> DomainError:
    with pytest.raises(DomainError) as caught, openai_failures():
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ProviderRejected),
        (401, ProviderRejected),
        (403, ProviderRejected),
        (404, ProviderRejected),
        (408, ProviderUnavailable),
        (409, ProviderUnavailable),
        (413, ProviderRejected),
        (422, ProviderRejected),
        (429, ProviderThrottled),
        (500, ProviderUnavailable),
        (502, ProviderUnavailable),
        (503, ProviderUnavailable),
        (529, ProviderUnavailable),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[DomainError]) -> None:
    assert type(translated(a_status_error(status))) is kind


def a_transport_failure(cause: Exception) -> openai.APIConnectionError:
    """As the SDK makes it: a time-out for every time-out of its transport, broken connections among them."""
    late = isinstance(cause, httpx2.TimeoutException)
    error = openai.APITimeoutError(REQUEST) if late else openai.APIConnectionError(request=REQUEST)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (a_transport_failure(httpx2.ConnectError("refused")), ProviderUnavailable),
        (a_transport_failure(httpx2.ConnectTimeout("disconnected")), ProviderUnavailable),
        (a_transport_failure(httpx2.ReadTimeout("slow")), DeadlineExceeded),
        (openai.APITimeoutError(REQUEST), DeadlineExceeded),
        (httpx2.ReadError("cut"), ProviderBrokeOff),
        (httpx2.ReadTimeout("slow"), DeadlineExceeded),
        (httpx2.DecodingError("bad gzip"), UnusableCompletion),
        (aiohttp.ClientResponseError(None, (), status=400, message="no HTTP"), ProviderBrokeOff),  # type: ignore[arg-type]  # no request was made
        (TimeoutError(), DeadlineExceeded),
        (msgspec.DecodeError("truncated"), UnusableCompletion),
        (msgspec.ValidationError("Expected `str`"), UnusableCompletion),
        (openai.APIResponseValidationError(httpx2.Response(200, request=REQUEST), body=None), UnusableCompletion),
    ],
)
def test_each_failure_below_http_has_its_error(error: Exception, kind: type[DomainError]) -> None:
    assert type(translated(error)) is kind


@pytest.mark.parametrize("error", [KeyError("a bug"), asyncio.CancelledError(), ProviderRejected("openai", "ours")])
def test_anything_else_passes_unchanged(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, openai_failures():
        raise error

    assert caught.value is error


def test_the_provider_speaks_in_its_own_words() -> None:
    assert "모델이 없습니다" in translated(a_status_error(404, "모델이 없습니다")).detail


@pytest.mark.parametrize(
    "message", [f"Incorrect API key provided: {KEY}.", "Incorrect API key provided: sk-proj-ab***********yz09."]
)
def test_no_key_is_in_what_is_said(message: str) -> None:
    detail = translated(a_status_error(401, message)).detail

    assert "[key]" in detail
    assert KEY not in detail
    assert "yz09" not in detail


def test_a_long_message_is_cut() -> None:
    assert len(translated(a_status_error(400, "word " * 1_000)).detail) < 600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 09:30:20 GMT"}, 20.0),
        ({"retry-after": "Sun, 22 Nov 2026 09:30:20 -0000"}, 20.0),
        ({"retry-after": "Sun, 22 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2099 09:00:00 GMT"}, 86_400.0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(httpx2.Headers(headers), now=NOW) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_the_provider_asks_for_is_passed_on(status: int) -> None:
    error = of_status(a_status_error(status, headers={"Retry-After": "7"}), now=NOW)

    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after_seconds == 7


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_is_rejected_for_good_is_not_to_be_tried_again_soon(status: int) -> None:
    error = of_status(a_status_error(status), now=NOW)

    assert isinstance(error, ProviderRejected)
    assert error.retry_after_seconds >= 60


def test_a_used_up_quota_is_told_from_a_full_minute() -> None:
    used_up = translated(a_status_error(429, code="insufficient_quota"))
    full = translated(a_status_error(429, code="rate_limit_exceeded"))

    assert used_up.facts["insufficient_quota"] is True
    assert full.facts["insufficient_quota"] is False
    assert isinstance(used_up, ProviderThrottled)
    assert used_up.retry_after_seconds >= 60


@pytest.mark.parametrize(
    ("code", "kind"),
    [("server_error", ProviderBrokeOff), ("rate_limit_exceeded", ProviderThrottled), (None, ProviderBrokeOff)],
)
def test_an_error_in_a_stream_has_its_error(code: str | None, kind: type[DomainError]) -> None:
    assert type(of_stream(code, "half way")) is kind
