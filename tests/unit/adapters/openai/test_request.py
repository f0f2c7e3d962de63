import json
from typing import Any

import pytest

from adapters.openai.request import chat_request
from domain.catalogue import ModelCapability, ModelConfig, SystemRole
from domain.prompting import Message, MessageRole, Prompt
from tests.builders import a_model
from tests.contracts.model_builders import CARD, a_prompt


def sent(prompt: Prompt, model: ModelConfig, *, stream: bool = False) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(chat_request(prompt, model=model, stream=stream))
    return body


@pytest.mark.parametrize("word", ["max_tokens", "max_completion_tokens"])
def test_the_limit_goes_under_the_models_own_word(word: str) -> None:
    body = sent(a_prompt(most=7), a_model(token_parameter=word))

    assert {name: value for name, value in body.items() if "tokens" in name} == {word: 7}


def test_without_a_limit_none_is_sent() -> None:
    assert not any("tokens" in name for name in sent(a_prompt(most=None), a_model()))


@pytest.mark.parametrize(("takes", "held"), [(True, True), (False, False)])
def test_a_temperature_is_sent_only_where_it_is_taken(*, takes: bool, held: bool) -> None:
    assert ("temperature" in sent(a_prompt(temperature=0.0), a_model(takes_temperature=takes))) is held


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        (SystemRole.SYSTEM, ["system", "user"]),
        (SystemRole.DEVELOPER, ["developer", "user"]),
        (SystemRole.NONE, ["user"]),
    ],
)
def test_instructions_go_under_the_models_own_role(role: SystemRole, roles: list[str]) -> None:
    messages = sent(a_prompt("전략을 만들어 줘", instructions="짧게"), a_model(system_role=role))["messages"]

    assert [message["role"] for message in messages] == roles
    assert "\n\n".join(message["content"] for message in messages) == "짧게\n\n전략을 만들어 줘"


def test_instructions_without_a_user_are_said_by_the_user() -> None:
    prompt = Prompt(version="t@1", messages=(Message(role=MessageRole.SYSTEM, text="Say hello."),))

    assert sent(prompt, a_model(system_role=SystemRole.NONE))["messages"] == [{"role": "user", "content": "Say hello."}]


def test_a_schema_is_sent_as_a_strict_format() -> None:
    body = sent(a_prompt(schema=CARD), a_model())

    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["name"] == "card"


def test_a_model_without_schemas_is_asked_in_words() -> None:
    body = sent(a_prompt(schema=CARD), a_model(capabilities=frozenset({ModelCapability.CHAT})))

    assert "response_format" not in body
    assert '"direction"' in body["messages"][0]["content"]


def test_a_stream_asks_for_its_usage() -> None:
    body = sent(a_prompt(), a_model(), stream=True)

    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}


def test_half_a_surrogate_pair_does_not_stop_a_request() -> None:
    assert sent(a_prompt("half \ud800"), a_model())["messages"][1]["content"] == "half ?"
