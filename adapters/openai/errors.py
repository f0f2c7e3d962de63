"""The one translator of the SDK's failures, and of those of the transport below it."""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import aiohttp
import httpx2
import msgspec
import openai

from adapters.openai.failure_wire import StreamError
from domain.errors import (
    DeadlineExceeded,
    DomainError,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    UnusableCompletion,
)
from domain.provider_errors import ProviderBrokeOff

PART: Final = "openai"
DEFAULT_RETRY_SECONDS: Final = 1.0
"""Where the provider says nothing: short enough that the caller tries again by itself."""
QUOTA_RETRY_SECONDS: Final = 60.0
"""An account without money is not helped by trying again soon."""
REJECTED_RETRY_SECONDS: Final = 60.0
"""Nor is a key that is not known, or a request that is refused for what it says."""
MOST_RETRY_SECONDS: Final = 24 * 3600.0
MOST_DETAIL_CHARACTERS: Final = 500
QUOTA_CODES: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
UNCONNECTED: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
"""What aiohttp raises before it has a connection to write the request to."""
UNCONNECTED_ABOVE: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
"""What another transport raises then."""
_KEY = re.compile(r"\bsk-[\w*.-]+")


@contextmanager
def openai_failures() -> Iterator[None]:
    """Whatever the SDK or its transport raises inside comes out as a domain error.

    Raises: ProviderUnavailable, ProviderThrottled, ProviderRejected, ProviderBrokeOff, UnusableCompletion,
    DeadlineExceeded.
    """
    try:
        yield
    except openai.APIStatusError as error:
        raise of_status(error, now=datetime.now(UTC)) from error
    except (openai.APIConnectionError, httpx2.TransportError, aiohttp.ClientError) as error:
        raise _of_connection(error) from error
    except (openai.APIError, httpx2.HTTPError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnusableCompletion(f"the provider's answer cannot be read: {_brief(str(error))}", part=PART) from error
    except TimeoutError as error:
        raise _too_late() from error


def of_status(error: openai.APIStatusError, *, now: datetime) -> DomainError:
    """The failure that an answer with an error status stands for, in the provider's own words less any key."""
    refusal = _Refusal(
        status=error.status_code,
        message=_provider_words(error),
        code=error.code,
        type=error.type,
        wait=retry_after_seconds(error.response.headers, now=now),
        authorization=error.request.headers.get("authorization", ""),
    )
    return _of_refusal(refusal)


def of_answer(status: int, headers: Mapping[str, str], body: bytes, authorization: str) -> DomainError:
    """The same of an answer that was read without the SDK."""
    try:
        said = msgspec.json.decode(body, type=_ErrorBody).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = None
    message, code, kind = (said.message, said.code, said.type) if said is not None else ("", None, None)
    refusal = _Refusal(
        status=status,
        message=message or body[:MOST_DETAIL_CHARACTERS].decode("utf-8", "replace"),
        code=None if code is None else str(code),
        type=kind,
        wait=retry_after_seconds(headers, now=datetime.now(UTC)),
        authorization=authorization,
    )
    return _of_refusal(refusal)


class _ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    error: StreamError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """An answer with an error status."""

    status: int
    message: str
    code: str | None
    type: str | None
    wait: float | None
    authorization: str


def _of_refusal(refusal: _Refusal) -> DomainError:
    """Whoever refuses a request by its status has not worked for it."""
    status, wait = refusal.status, refusal.wait
    detail = _without_key(refusal.message, refusal.authorization)
    facts: dict[str, object] = {"provider_status": status, "provider_code": refusal.code}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        used_up = not QUOTA_CODES.isdisjoint({refusal.code, refusal.type})
        return _throttled(detail, used_up=used_up, wait=wait, facts=facts)
    seconds = DEFAULT_RETRY_SECONDS if wait is None else wait
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT):
        message = f"the provider failed with {status}: {detail}"
        return ProviderUnavailable(PART, message, retry_after_seconds=seconds, **facts)
    message = f"the provider rejects the request with {status}: {detail}"
    patience = REJECTED_RETRY_SECONDS if wait is None else wait
    return ProviderRejected(PART, message, retry_after_seconds=patience, **facts)


def _throttled(
    detail: str, *, used_up: bool, wait: float | None = None, facts: Mapping[str, object]
) -> ProviderThrottled:
    why = "the account's quota is used up" if used_up else "the provider refuses more requests for now"
    default = QUOTA_RETRY_SECONDS if used_up else DEFAULT_RETRY_SECONDS
    seconds = max(wait or 0.0, default) if used_up or wait is None else wait
    return ProviderThrottled(PART, f"{why}: {detail}", retry_after_seconds=seconds, insufficient_quota=used_up, **facts)


def of_stream(code: str | None, message: str) -> DomainError:
    """The failure that an error in the middle of a stream stands for."""
    detail = _brief(_KEY.sub("[key]", message))
    facts: dict[str, object] = {"provider_code": code}
    if code in QUOTA_CODES or code == "rate_limit_exceeded":
        return _throttled(detail, used_up=code in QUOTA_CODES, facts=facts)
    message = f"the provider failed while it answered: {detail}"
    return ProviderBrokeOff(PART, message, retry_after_seconds=DEFAULT_RETRY_SECONDS, **facts)


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """How long the provider asks to wait, at most a day; None where it says nothing that can be read.

    Source: RFC 9110, 10.2.3 (a number of seconds, or a date); `retry-after-ms` is OpenAI's own and more exact.
    """
    millis = _number(headers.get("retry-after-ms"))
    if millis is not None:
        return _bounded(millis / 1000)
    said = headers.get("retry-after")
    seconds = _number(said)
    if seconds is None and said is not None:
        seconds = _seconds_until(said, now)
    return None if seconds is None else _bounded(seconds)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    # RFC 5322 lets "-0000" mean an unknown offset, which comes back naive; HTTP dates are always UTC.
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), MOST_RETRY_SECONDS)


def _of_connection(error: Exception) -> DomainError:
    """A read that lasted too long is a deadline; a connection that never was, or broke, is an outage.

    The SDK calls both a time-out: its transport reports a broken connection as a connect time-out.
    """
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    unexplained = cause is None and isinstance(error, openai.APITimeoutError)
    if unexplained or isinstance(cause, httpx2.ReadTimeout | httpx2.WriteTimeout):
        return _too_late()
    if never_connected(error):
        message = "the provider cannot be reached"
        return ProviderUnavailable(PART, message, retry_after_seconds=DEFAULT_RETRY_SECONDS)
    return broken_off()


def broken_off() -> ProviderBrokeOff:
    """A connection that broke after the request may have been received: what became of it, the provider knows."""
    message = "the provider broke the connection off"
    return ProviderBrokeOff(PART, message, retry_after_seconds=DEFAULT_RETRY_SECONDS)


def never_connected(error: BaseException) -> bool:
    """Whether nothing can have been sent. The transport's own word counts before what is made of it above."""
    causes = list(_causes(error))
    below = [cause for cause in causes if isinstance(cause, aiohttp.ClientError)]
    return any(isinstance(cause, UNCONNECTED if below else UNCONNECTED_ABOVE) for cause in below or causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _too_late() -> DeadlineExceeded:
    return DeadlineExceeded("the provider did not answer in time", part=PART)


def _provider_words(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        return str(body["message"])
    return error.message


def _without_key(text: str, authorization: str) -> str:
    """The text without the credential of this very call, and without what looks like one, masked ones included."""
    key = authorization.rpartition(" ")[2]
    if key:
        text = text.replace(key, "[key]")
    return _brief(_KEY.sub("[key]", text))


def _brief(text: str) -> str:
    return text if len(text) <= MOST_DETAIL_CHARACTERS else f"{text[:MOST_DETAIL_CHARACTERS]}…"
