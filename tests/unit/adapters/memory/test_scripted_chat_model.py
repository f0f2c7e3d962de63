import json

import pytest

from adapters.memory.chat_model import SENTENCE, ScriptedChatModel
from adapters.memory.schema_instance import instance_of
from domain.errors import ProviderThrottled
from domain.prompting import AnswerSchema, Completion, FinishReason, Prompt
from domain.strategy_schema import prose_schema, strategy_schema
from domain.usage import TokenUsage
from tests.builders import a_model
from tests.contracts.model_builders import CARD, a_prompt
from tests.unit.doubles.test_openai_double import as_spec

SOON = 1.0


async def said(chat: ScriptedChatModel, prompt: Prompt | None = None) -> Completion:
    return await chat.complete(prompt or a_prompt(most=None), model=a_model(), timeout_seconds=SOON)


async def test_the_script_is_played_in_order() -> None:
    whole = Completion(text="둘째", usage=None, finish_reason=FinishReason.OTHER)
    chat = ScriptedChatModel("첫째", whole, lambda prompt: Completion(text=prompt.version, usage=None))

    assert [(await said(chat)).text for _ in range(4)] == ["첫째", "둘째", "test@1", SENTENCE]


async def test_a_failure_in_the_script_is_raised() -> None:
    chat = ScriptedChatModel(ProviderThrottled("openai", "too many"), "then")

    with pytest.raises(ProviderThrottled):
        await said(chat)
    assert (await said(chat)).text == "then"


async def test_it_remembers_what_it_was_asked() -> None:
    chat = ScriptedChatModel()
    prompt = a_prompt("무엇을 살까요?")

    await said(chat, prompt)

    assert [(asked.prompt, asked.model.model_id) for asked in chat.asked] == [(prompt, "gpt-4o-mini")]


async def test_a_text_is_counted_in_words() -> None:
    answer = await said(ScriptedChatModel("buy 사자 now."), a_prompt("one two", instructions="three"))

    assert answer.usage == TokenUsage(input_tokens=3, output_tokens=5)


async def test_a_failure_comes_out_of_a_stream_too() -> None:
    chat = ScriptedChatModel(ProviderThrottled("openai", "too many"))

    with pytest.raises(ProviderThrottled):
        await anext(chat.stream(a_prompt(), model=a_model(), timeout_seconds=SOON))


async def test_the_pieces_of_a_stream_are_the_text_with_its_blanks() -> None:
    chat = ScriptedChatModel("  buy\n\n사자 now. \n")

    chunks = [chunk async for chunk in chat.stream(a_prompt(), model=a_model(), timeout_seconds=SOON)]

    assert "".join(chunk.text for chunk in chunks) == "  buy\n\n사자 now. \n"


async def test_after_the_script_a_strategy_is_still_valid() -> None:
    prompt = a_prompt(schema=AnswerSchema(name="strategy", schema=strategy_schema()), most=None)

    answer = await said(ScriptedChatModel(), prompt)

    assert as_spec(json.loads(answer.text)).symbols == ("GOOG",)


@pytest.mark.parametrize(
    ("schema", "instance"),
    [
        (CARD.schema, {"name": "Plain exampl", "direction": "long", "length": 26}),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
        ({"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 1}, 0.5),
        ({"type": "integer", "minimum": 3}, 4),
        ({"oneOf": [{"const": 7}, {"type": "null"}]}, 7),
        ({"type": "string", "minLength": 9}, "example.."),
        ({"type": "null"}, None),
    ],
)
def test_an_instance_keeps_to_its_schema(schema: dict[str, object], instance: object) -> None:
    assert instance_of(schema) == instance


def test_prose_has_a_name_and_a_description() -> None:
    assert instance_of(prose_schema()) == {
        "name": "Plain example",
        "description": "An example that follows the schema and nothing else. 예시입니다.",
    }
