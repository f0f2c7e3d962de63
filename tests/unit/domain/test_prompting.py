import pytest

from domain.errors import ConfigurationError
from domain.language import Language, language_of
from domain.prompting import AnswerSchema, Message, MessageRole, Prompt, PromptTemplate


def a_template(*, instructions: str = "{{ language }}로 답하라.", request: str = "요청: {{request}}") -> PromptTemplate:
    return PromptTemplate(
        name="strategy_builder", version=3, language=Language.KOREAN, instructions=instructions, request=request
    )


def test_instructions_come_before_the_request() -> None:
    assert a_template().render(language="한국어", request="RSI 전략") == (
        Message(role=MessageRole.SYSTEM, text="한국어로 답하라."),
        Message(role=MessageRole.USER, text="요청: RSI 전략"),
    )


def test_a_template_without_instructions_says_the_request_only() -> None:
    [only] = a_template(instructions="").render(request="x")
    assert only.role is MessageRole.USER


def test_a_value_is_never_read_for_slots() -> None:
    rendered = a_template().render(language="{{ request }}", request=r"{{language}} \1 \g<0> {x} %s")
    assert [message.text for message in rendered] == ["{{ request }}로 답하라.", r"요청: {{language}} \1 \g<0> {x} %s"]


def test_every_missing_value_is_named_in_order() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        a_template(request="{{ zebra }} {{ apple }}").render()
    names = [violation.message.removeprefix("no value for ") for violation in refusal.value.violations]
    assert names == ["apple", "language", "zebra"]
    assert {violation.field for violation in refusal.value.violations} == {"prompts.strategy_builder@3"}


def test_a_value_that_no_slot_asks_for_is_left_out() -> None:
    rendered = a_template().render(language="ko", request="x", secret="never said")
    assert all("never said" not in message.text for message in rendered)


def test_slots_may_hold_digits_and_any_white_space() -> None:
    template = a_template(instructions="{{top_3}}", request="{{   a }}{{a}}{{ A }}{{}}{ b }")
    assert template.slots() == {"top_3", "a"}
    assert [message.text for message in template.render(top_3="x", a="1")] == ["x", "11{{ A }}{{}}{ b }"]


def test_a_template_has_a_name_for_the_ledger() -> None:
    assert a_template().reference == "strategy_builder@3"


def test_saying_more_keeps_everything_else() -> None:
    schema = AnswerSchema(name="strategy", schema={"type": "object"})
    first, second = (Message(role=MessageRole.USER, text=text) for text in ("하나", "둘"))
    prompt = Prompt(version="a@1", messages=(first,), answer_schema=schema, max_output_tokens=9, temperature=0.0)
    assert prompt.and_then(second) == Prompt(
        version="a@1", messages=(first, second), answer_schema=schema, max_output_tokens=9, temperature=0.0
    )
    assert prompt.messages == (first,)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("RSI 14로 GOOG 전략", Language.KOREAN),
        ("ㅇㅋ RSI", Language.KOREAN),
        ("\u1112\u1161\u11ab", Language.KOREAN),
        ("RSI below 30", Language.ENGLISH),
        ("", Language.ENGLISH),
        ("戦略", Language.ENGLISH),
    ],
)
def test_any_hangul_makes_a_text_korean(text: str, language: Language) -> None:
    assert language_of(text) is language
