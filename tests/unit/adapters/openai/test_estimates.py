"""What is held and what is charged unheard, against the double's own counting, which shares no code with ours."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.files.prompt_library import FilePromptLibrary
from adapters.openai.chat_model import OpenAIChatModel
from adapters.openai.client import openai_client
from adapters.openai.request import chat_request
from adapters.tokens.tokenizer import BpeTokenizer
from application.estimating import InputTokens, chat_input, embedding_input
from application.prompts.strategy import design_prompt, repair_prompt
from domain.catalogue import ModelCapability, ModelConfig, SystemRole
from domain.errors import Violation
from domain.language import Language
from domain.prompting import AnswerSchema, Message, MessageRole, Prompt
from domain.retrieval import Context, ContextKind
from domain.strategy_schema import strategy_schema
from tests.builders import a_model
from tests.contracts.model_builders import CARD, a_prompt, an_embedding_model
from tests.doubles import billing

TOKENIZER = BpeTokenizer()
PLAIN = frozenset({ModelCapability.CHAT})
MODELS = {
    "o200k": a_model(),
    "cl100k, without schemas": a_model(model_id="gpt-4-turbo", encoding="cl100k_base", capabilities=PLAIN),
    "developer": a_model(model_id="gpt-5-mini", system_role=SystemRole.DEVELOPER),
    "no instructions of its own": a_model(
        model_id="o1-preview", system_role=SystemRole.NONE, capabilities=PLAIN, takes_temperature=False
    ),
}
SCHEMAS = (None, CARD, AnswerSchema(name="strategy", schema=strategy_schema()))
# Words that merge across blanks, syllables, signs that look like special tokens, half a surrogate pair.
SAID = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="가나다라 역추세전략을만들어줘0123456789%.", max_size=200),
    st.sampled_from(
        ("<|endoftext|>", "<|im_start|>system\n", "\ud800 절반", "RSI 14가 30 아래", "  \n\n\t", "🧑‍💻" * 9)
    ),
)
MESSAGES = st.lists(st.builds(Message, role=st.sampled_from(MessageRole), text=SAID), min_size=1, max_size=8).filter(
    lambda messages: any(message.role is not MessageRole.SYSTEM for message in messages)
)


@pytest.fixture(scope="module")
def provider() -> OpenAIChatModel:
    return OpenAIChatModel(openai_client(api_key="sk-never-used"))


def billed(prompt: Prompt, model: ModelConfig) -> int:
    """What the double would put on its invoice for the request as it is sent."""
    body: dict[str, Any] = json.loads(chat_request(prompt, model=model, stream=False))
    return len(billing.prompt_tokens(body))


def estimated(prompt: Prompt, model: ModelConfig, provider: OpenAIChatModel) -> InputTokens:
    return chat_input(prompt, model=model, provider=provider, tokenizer=TOKENIZER)


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=60, deadline=None)
@given(messages=MESSAGES, schema=st.sampled_from(SCHEMAS))
def test_no_prompt_is_billed_for_more_than_is_held(
    provider: OpenAIChatModel, name: str, *, messages: list[Message], schema: AnswerSchema | None
) -> None:
    prompt = Prompt(version="test@1", messages=tuple(messages), answer_schema=schema)
    model = MODELS[name]
    read, bill = estimated(prompt, model, provider), billed(prompt, model)
    assert read.most >= bill
    # A text a message, each at most 5 too many, and the whole; it is never a multiple of what is billed.
    assert read.most <= bill + 8 * (len(messages) + 2) + 16


def long_korean() -> Prompt:
    lines = "\n".join(f"bt-{i}: GOOG RSI({i}) 역추세, 수익률 {i}.5%, 샤프 0.{i}, 최대낙폭 18%" for i in range(60))
    return a_prompt(lines, instructions="근거가 있는 숫자만 쓰고, 한국어로 세 문장 안에 답하세요.")


def a_design(language: Language) -> Prompt:
    contexts = [
        Context(kind=ContextKind.BACKTEST, id=f"bt-{i}", similarity=0.8, text=f"bt-{i} RSI {i} on GOOG, Sharpe 1.{i}")
        for i in range(4)
    ]
    template = FilePromptLibrary().get("strategy_builder", language=language)
    return design_prompt(template, request="GOOG RSI 14가 30 아래면 사고 70 위면 파는 전략", contexts=contexts)


def a_repair() -> Prompt:
    repair = FilePromptLibrary().get("strategy_repair", language=Language.KOREAN)
    violations = [Violation(field="risk.position_fraction", message="must be at most 1, not 3")]
    return repair_prompt(a_design(Language.KOREAN), repair, answer='{"name": "RSI"}', violations=violations)


REALISTIC = {
    "a short question": a_prompt("GOOG에서 RSI 전략은 어땠어?"),
    "a long Korean context": long_korean(),
    "a design in Korean": a_design(Language.KOREAN),
    "a design in English": a_design(Language.ENGLISH),
    "a repair": a_repair(),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("prompt", REALISTIC)
def test_what_is_charged_unheard_is_what_the_invoice_says_within_two_in_a_hundred(
    provider: OpenAIChatModel, prompt: str, model: str
) -> None:
    asked, by = REALISTIC[prompt], MODELS[model]
    bill = billed(asked, by)
    assert abs(estimated(asked, by, provider).likely - bill) <= max(4, 0.02 * bill)


@pytest.mark.parametrize("encoding", ["cl100k_base", "o200k_base"])
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(SAID.filter(lambda text: "\0" not in text), max_size=8))
def test_no_embedding_is_billed_for_more_than_is_held(encoding: str, texts: list[str]) -> None:
    model = an_embedding_model() if encoding == "cl100k_base" else a_model(model_id="embedder", encoding=encoding)
    sent = [text.encode("utf-8", "replace").decode() or " " for text in texts]  # an empty one is sent as a blank
    bill = sum(len(billing.tokens_of(text, model.model_id)) for text in sent)
    read = embedding_input(texts, model=model, tokenizer=TOKENIZER)
    assert bill <= read.most <= bill + 8 * len(texts)
    assert bill - texts.count("") <= read.likely <= bill


def test_a_provider_that_does_not_tell_what_it_sends_is_counted_by_what_it_is_asked() -> None:
    class Silent:
        async def complete(self, prompt: Prompt, *, model: ModelConfig, timeout_seconds: float) -> Any:  # noqa: ANN401  # never called
            raise AssertionError(f"{prompt} {model} {timeout_seconds}")

    plain = chat_input(a_prompt(), model=a_model(), provider=Silent(), tokenizer=TOKENIZER)
    with_schema = chat_input(a_prompt(schema=CARD), model=a_model(), provider=Silent(), tokenizer=TOKENIZER)
    assert plain.likely < plain.most < with_schema.most
