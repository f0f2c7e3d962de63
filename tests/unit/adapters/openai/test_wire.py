"""What providers report, in their own dialects, and what it comes to in buckets that do not overlap."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.openai.wire import CHAT_ANSWER, EMBEDDING_ANSWER, Usage, token_usage
from domain.catalogue import CachedTokens
from domain.errors import UnusableCompletion
from domain.usage import TokenUsage, cost_of
from tests.builders import a_price

INCLUDED, APART = CachedTokens.INCLUDED, CachedTokens.APART
# USD per million: input 3, read from a cache 0.30, written to one 3.75, output 15.
PRICE = a_price(
    input_usd_per_mtok=Decimal(3),
    cached_input_usd_per_mtok=Decimal("0.30"),
    cache_write_usd_per_mtok=Decimal("3.75"),
    output_usd_per_mtok=Decimal(15),
)
GOLDEN: dict[str, tuple[CachedTokens, dict[str, object], TokenUsage, str]] = {
    "OpenAI, nothing cached": (
        INCLUDED,
        {"prompt_tokens": 1_200, "completion_tokens": 300, "total_tokens": 1_500},
        TokenUsage(input_tokens=1_200, output_tokens=300),
        "0.0081",  # 1,200 x 3 + 300 x 15
    ),
    "OpenAI, a cached prefix inside the prompt": (
        INCLUDED,
        {"prompt_tokens": 1_200, "completion_tokens": 300, "prompt_tokens_details": {"cached_tokens": 1_024}},
        TokenUsage(input_tokens=1_200, cached_input_tokens=1_024, output_tokens=300),
        "0.0053352",  # 176 x 3 + 1,024 x 0.30 + 300 x 15
    ),
    "OpenAI, read and written, both inside the prompt": (
        INCLUDED,
        {
            "prompt_tokens": 3_000,
            "completion_tokens": 10,
            "prompt_tokens_details": {"cached_tokens": 1_024, "cache_write_tokens": 1_920},
        },
        TokenUsage(input_tokens=3_000, cached_input_tokens=1_024, cache_write_tokens=1_920, output_tokens=10),
        "0.0078252",  # 56 x 3 + 1,024 x 0.30 + 1,920 x 3.75 + 10 x 15
    ),
    "OpenAI, reasoning inside the answer": (
        INCLUDED,
        {
            "prompt_tokens": 100,
            "completion_tokens": 900,
            "completion_tokens_details": {"reasoning_tokens": 640, "accepted_prediction_tokens": 0},
        },
        TokenUsage(input_tokens=100, output_tokens=900, reasoning_tokens=640),
        "0.0138",  # 100 x 3 + 900 x 15: the 640 are among the 900
    ),
    "OpenAI, details that are null": (
        INCLUDED,
        {
            "prompt_tokens": 100,
            "completion_tokens": 1,
            "prompt_tokens_details": None,
            "completion_tokens_details": {"reasoning_tokens": None},
        },
        TokenUsage(input_tokens=100, output_tokens=1),
        "0.000315",
    ),
    "Anthropic's figures, cached tokens beside the prompt": (
        APART,
        {
            "prompt_tokens": 50,
            "completion_tokens": 300,
            "cache_read_input_tokens": 2_000,
            "cache_creation_input_tokens": 400,
        },
        TokenUsage(input_tokens=2_450, cached_input_tokens=2_000, cache_write_tokens=400, output_tokens=300),
        "0.00675",  # 50 x 3 + 2,000 x 0.30 + 400 x 3.75 + 300 x 15
    ),
    "Anthropic's names, by a proxy that has added them to the prompt": (
        INCLUDED,
        {
            "prompt_tokens": 2_450,
            "completion_tokens": 300,
            "cache_read_input_tokens": 2_000,
            "cache_creation_input_tokens": 400,
        },
        TokenUsage(input_tokens=2_450, cached_input_tokens=2_000, cache_write_tokens=400, output_tokens=300),
        "0.00675",
    ),
    "OpenAI's names, by a server that counts them apart": (
        APART,
        {"prompt_tokens": 50, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 2_000}},
        TokenUsage(input_tokens=2_050, cached_input_tokens=2_000, output_tokens=1),
        "0.000765",  # 50 x 3 + 2,000 x 0.30 + 15
    ),
    "DeepSeek's name for what was read": (
        INCLUDED,
        {
            "prompt_tokens": 1_200,
            "completion_tokens": 0,
            "prompt_cache_hit_tokens": 1_024,
            "prompt_cache_miss_tokens": 176,
        },
        TokenUsage(input_tokens=1_200, cached_input_tokens=1_024),
        "0.0008352",
    ),
    "a proxy that says the same twice, which is one figure": (
        INCLUDED,
        {
            "prompt_tokens": 1_200,
            "completion_tokens": 0,
            "prompt_tokens_details": {"cached_tokens": 1_024},
            "cache_read_input_tokens": 1_024,
        },
        TokenUsage(input_tokens=1_200, cached_input_tokens=1_024),
        "0.0008352",
    ),
}


def reported(usage: dict[str, object], cached: CachedTokens) -> TokenUsage | None:
    return token_usage(CHAT_ANSWER.decode(msgspec.json.encode({"choices": [], "usage": usage})).usage, cached=cached)


@pytest.mark.parametrize("name", GOLDEN)
def test_what_each_provider_reports_comes_to_the_buckets_and_the_cost_that_it_means(name: str) -> None:
    cached, said, buckets, cost = GOLDEN[name]
    assert reported(said, cached) == buckets
    assert cost_of(buckets, PRICE) == Decimal(cost)


@pytest.mark.parametrize("cached", CachedTokens)
def test_an_embedding_has_input_only(cached: CachedTokens) -> None:
    said = {"data": [], "usage": {"prompt_tokens": 12, "total_tokens": 12}}
    answer = EMBEDDING_ANSWER.decode(msgspec.json.encode(said))
    assert token_usage(answer.usage, cached=cached) == TokenUsage(input_tokens=12)
    assert token_usage(None, cached=cached) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 11}},
        {"prompt_tokens": 10, "completion_tokens": 1, "completion_tokens_details": {"reasoning_tokens": 2}},
        {"prompt_tokens": -1, "completion_tokens": 1},
    ],
)
def test_figures_that_contradict_each_other_never_reach_the_ledger(wrong: dict[str, object]) -> None:
    with pytest.raises(UnusableCompletion, match="contradicts itself"):
        reported(wrong, INCLUDED)


@pytest.mark.parametrize("bucket", ["prompt_tokens", "completion_tokens"])
def test_figures_that_no_call_comes_to_never_reach_the_ledger(bucket: str) -> None:
    with pytest.raises(UnusableCompletion, match="more than 1,000,000,000 tokens"):
        reported({"prompt_tokens": 1, "completion_tokens": 1, bucket: 2**63 - 3_001}, INCLUDED)


@given(plain=st.integers(0, 10**6), read=st.integers(0, 10**6), written=st.integers(0, 10**6))
def test_both_ways_to_count_the_same_call_come_to_the_same(plain: int, read: int, written: int) -> None:
    apart = Usage(prompt_tokens=plain, cache_read_input_tokens=read, cache_creation_input_tokens=written)
    included = msgspec.structs.replace(apart, prompt_tokens=plain + read + written)
    assert token_usage(apart, cached=APART) == token_usage(included, cached=INCLUDED)
