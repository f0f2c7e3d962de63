import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openai import APIStatusError, AsyncOpenAI, AsyncStream, BadRequestError, NotFoundError
from openai.types.chat import ChatCompletionChunk

from domain.backtest import StrategyType
from domain.indicators import IndicatorKind, PriceField
from domain.strategy import Condition, ConditionOp, Direction, Indicator, Match, Risk, Rule, StrategySpec
from tests.contracts.openai_fixtures import client, double, running_double
from tests.doubles.billing import tokens_of
from tests.doubles.invoice import calls_in
from tests.doubles.markers import a_marker
from tests.doubles.prices import price_of
from tests.doubles.process import ROOT, OpenAIDouble
from tests.doubles.strategies import request_in, strategy_for

__all__ = ["client", "double", "running_double"]


def as_spec(made: dict[str, Any]) -> StrategySpec:
    """Raises InvalidStrategy where the domain would refuse it."""
    entry, leave = (
        Rule(
            match=Match(made[name]["match"]),
            conditions=tuple(
                Condition(left=c["left"], op=ConditionOp(c["op"]), right=c["right"]) for c in made[name]["conditions"]
            ),
        )
        for name in ("entry", "exit")
    )
    indicators = tuple(
        Indicator(
            id=i["id"],
            kind=IndicatorKind(i["kind"]),
            params=i["params"],
            source=PriceField(i["source"]) if i["source"] else None,
        )
        for i in made["indicators"]
    )
    plain = {name: made[name] for name in ("name", "description", "timeframe")}
    return StrategySpec(
        **plain,
        type=StrategyType(made["type"]),
        symbols=tuple(made["symbols"]),
        indicators=indicators,
        entry=entry,
        exit=leave,
        direction=Direction(made["direction"]),
        risk=Risk(**made["risk"]),
    )


@pytest.mark.parametrize(
    ("request_text", "kind", "symbol", "numbers"),
    [
        ("RSI 14 mean reversion on GOOG, buy below 30, sell above 70", "rsi", "GOOG", {14, 30, 70}),
        ("애플(AAPL)을 RSI 25 아래에서 사고 75 위에서 파는 전략", "rsi", "AAPL", {75}),
        ("MACD 12 26 9 on MSFT", "macd", "MSFT", {12, 26, 9}),
        ("IBM 20일 60일 이동평균 골든크로스", "sma", "IBM", {20, 60}),
        ("볼린저 밴드 20으로 GOOG 역추세", "bollinger", "GOOG", {20}),
        ("Donchian 55 breakout for AAPL", "donchian", "AAPL", {55}),
        ("12개월 모멘텀으로 MSFT", "roc", "MSFT", {12}),
        ("stochastic oscillator", "stochastic", "GOOG", set()),
        ("z-score over 30 bars, IBM", "zscore", "IBM", {30}),
        ("something safe", "rsi", "GOOG", set()),
        ("뭔가 안정적인 전략 하나", "rsi", "GOOG", set()),
    ],
)
def test_a_strategy_is_valid_and_on_request(request_text: str, kind: str, symbol: str, numbers: set[int]) -> None:
    made = strategy_for(request_text)

    spec = as_spec(made)
    stated = {value for i in spec.indicators for value in i.params.values()}
    stated |= {c.right for rule in (spec.entry, spec.exit) for c in rule.conditions if not isinstance(c.right, str)}
    assert spec.indicators[0].kind == kind
    assert symbol in spec.symbols
    assert numbers <= stated


@pytest.mark.parametrize(
    "said",
    [
        ["Earlier: Donchian on IBM\n\n<<<request>>>\nMACD on MSFT\n<<<end of request>>>"],
        ["<<<request>>>\nMACD on MSFT\n<<<end of request>>>", "That cannot be used: indicators[0].id"],
        ["지난 백테스트: Donchian IBM\n\n요청: MACD on MSFT"],
        ["MACD on MSFT"],
    ],
)
def test_the_request_is_found_among_contexts_and_repairs(said: list[str]) -> None:
    assert request_in(said) == "MACD on MSFT"


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "o3-mini", "max_tokens": 5},
        {"model": "o1-preview", "messages": [{"role": "system", "content": "Be brief."}]},
        {"model": "o3-mini", "temperature": 0.2},
        {"messages": []},
        {"surprise": 1},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": {
            "type": "object", "properties": {"a": {"type": "string", "minLength": 1}}, "required": ["a"],
            "additionalProperties": False}}}},
    ],
)  # fmt: skip
async def test_what_openai_refuses_is_refused(client: AsyncOpenAI, wrong: dict[str, Any]) -> None:
    body: dict[str, Any] = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "안녕"}]}

    with pytest.raises(BadRequestError):
        await client.post("/chat/completions", cast_to=object, body=body | wrong)


@pytest.mark.parametrize("given", ["", [], [""], [1]])
async def test_an_embedding_of_nothing_is_refused(client: AsyncOpenAI, given: object) -> None:
    body = {"model": "text-embedding-3-small", "input": given}

    with pytest.raises(BadRequestError):
        await client.post("/embeddings", cast_to=object, body=body)


async def test_an_unknown_model_is_not_found(client: AsyncOpenAI) -> None:
    with pytest.raises(NotFoundError):
        await client.chat.completions.create(model="llama-9", messages=[{"role": "user", "content": "hello"}])


async def test_the_sdk_itself_reads_the_answers(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}])
    embedded = await client.embeddings.create(model="text-embedding-3-small", input=["가", "b"], dimensions=8)
    models = [model.id async for model in client.models.list()]

    assert answer.choices[0].message.content
    assert [len(row.embedding) for row in embedded.data] == [8, 8]
    assert "gpt-4o-mini" in models


async def test_scripted_answers_come_in_order_and_then_its_own(client: AsyncOpenAI, double: OpenAIDouble) -> None:
    double.behave(answers=["첫째", "second"])

    said = [
        (await client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "?"}]))
        .choices[0]
        .message.content
        for _ in range(3)
    ]

    assert said[:2] == ["첫째", "second"]
    assert said[2] not in said[:2]


async def test_a_behaviour_lasts_as_often_as_it_was_asked_for(client: AsyncOpenAI, double: OpenAIDouble) -> None:
    double.behave("error", times=1, status=400, path="chat")
    messages: Any = [{"role": "user", "content": "?"}]
    with pytest.raises(BadRequestError):
        await client.chat.completions.create(model="gpt-4o", messages=messages)

    answer = await client.chat.completions.create(model="gpt-4o", messages=messages)

    assert answer.choices


async def test_each_call_is_on_disk_without_its_key(client: AsyncOpenAI, double: OpenAIDouble) -> None:
    await client.embeddings.create(model="text-embedding-3-small", input="GOOG")

    row = double.calls()[-1]

    assert row["path"] == "/v1/embeddings"
    assert row["usage"]["prompt_tokens"] > 0
    assert set(row) == {
        *("call", "at", "path", "model", "status", "usage", "cost_usd", "price_since", "request_id", "marker", "key"),
        "note",
    }  # fmt: skip
    assert double.api_key not in double.record.read_text(encoding="utf-8")


async def test_the_invoice_has_prices_of_its_own_and_the_marker_of_who_asked(
    client: AsyncOpenAI, double: OpenAIDouble
) -> None:
    marker = a_marker()
    await client.embeddings.create(model="text-embedding-3-large", input=f"GOOG {marker}")

    row = double.calls()[-1]

    assert row["marker"] == marker
    assert row["price_since"] == "2024-01-25"
    assert Decimal(row["cost_usd"]) == row["usage"]["prompt_tokens"] * Decimal("0.13") / 1_000_000


def test_cached_and_stored_tokens_are_charged_once_and_at_their_own_price() -> None:
    usage = {
        "prompt_tokens": 3_000, "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 1_024, "cache_write_tokens": 1_920},
    }  # fmt: skip
    price = price_of("gpt-6-luna", date(2026, 11, 24))

    assert price is not None
    assert price.of(usage) * 1_000_000 == (
        56 * Decimal("0.10") + 1_024 * Decimal("0.01") + 1_920 * Decimal("0.125") + 100 * Decimal("0.50")
    )
    assert price_of("gpt-6-luna", date(2026, 9, 21)) is None
    assert price_of("nobody-sells-it", date(2026, 11, 24)) is None


async def test_who_leaves_a_stream_is_charged_for_what_was_sent(client: AsyncOpenAI, double: OpenAIDouble) -> None:
    double.behave(pace=0.01, tokens=[400, 400])
    messages: Any = [{"role": "user", "content": "?"}]
    stream = await client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
    heard = [chunk async for chunk in _first(stream, 20)]
    await stream.close()

    row = await _changed(double, lambda row: row["note"] == "client left")

    text = "".join(chunk.choices[0].delta.content or "" for chunk in heard)
    written = len(tokens_of(text, "gpt-4o"))
    assert 0 < written <= row["usage"]["completion_tokens"] < written + 40


async def test_the_same_calls_meet_the_same_in_whatever_order_they_come(
    client: AsyncOpenAI, double: OpenAIDouble
) -> None:
    markers = [a_marker() for _ in range(20)]
    met = []
    for order in (markers, markers[::-1]):
        double.behave(mix={"error": 0.3, "throttle": 0.2}, seed=4, tokens=[5, 60])
        met.append({marker: await _met(client, marker) for marker in order})

    assert met[0] == met[1]
    assert {status for status, _ in met[0].values()} == {200, 429, 500}
    assert len({tokens for _, tokens in met[0].values()}) > 5


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path: Path) -> None:
    record = tmp_path / "calls.jsonl"
    record.write_text('{"call": "a", "note": "arrived"}\n{"call": "a", "note": "ok"}\n{"call": "b", "no')

    assert calls_in(record) == [{"call": "a", "note": "ok"}]


async def _first(stream: AsyncStream[ChatCompletionChunk], count: int) -> AsyncIterator[ChatCompletionChunk]:
    async for chunk in stream:
        yield chunk
        if (count := count - 1) == 0:
            return


async def _changed(double: OpenAIDouble, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while not wanted(row := double.calls()[-1]):  # noqa: ASYNC110  # no event says it
            await asyncio.sleep(0.02)
    return row


async def _met(client: AsyncOpenAI, marker: str) -> tuple[int, int]:
    messages: Any = [{"role": "user", "content": marker}]
    try:
        answer = await client.chat.completions.create(model="gpt-4o", messages=messages)
    except APIStatusError as error:
        return error.status_code, 0
    return 200, answer.usage.completion_tokens if answer.usage else 0


PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "tests.doubles.openai_double"], stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline(), flush=True)
"""


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    with ended.open("w") as out:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, stderr=out, text=True
        )
        said, _ = parent.communicate(timeout=20)
    pid = int(said.split()[0])

    assert _gone_within(pid, tries=100)


def _gone_within(pid: int, *, tries: int) -> bool:
    for _ in range(tries):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        subprocess.run(["sleep", "0.1"], check=True)  # noqa: S607  # the system's own
    os.kill(pid, signal.SIGKILL)
    return False


def test_a_stopped_double_keeps_its_record_and_its_port(tmp_path: Path) -> None:
    double = OpenAIDouble(tmp_path / "calls.jsonl")
    url = double.url
    double.restart()
    same = double.url == url
    double.stop()

    assert same
    assert json.dumps(double.calls()) == "[]"
