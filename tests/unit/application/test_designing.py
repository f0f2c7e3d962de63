import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from adapters.memory.chat_model import Scripted, ScriptedChatModel
from application.attempt import SETTLING_SECONDS
from application.designing import MAX_REPAIRS, Brief, Design
from domain.errors import DeadlineExceeded, ProviderRejected, ProviderUnavailable, UnusableCompletion
from domain.language import Language, language_of
from domain.prompting import Completion, FinishReason, Prompt
from domain.provider_errors import ProviderBrokeOff
from domain.retrieval import Context, ContextKind
from domain.strategy import StrategySpec
from domain.usage import TokenUsage, UsageStatus
from tests.builders import a_backtest, a_caller, a_spec, a_tested_strategy
from tests.unit.application.services import DESIGNER, WRITER, Service, a_service

REQUEST = "GOOG에서 RSI 14가 30 아래면 사고 70 위면 파는 전략"
ENGLISH = "Buy GOOG when RSI 14 is below 30 and sell when it is above 70"
PROSE = {
    "name": "RSI dip buyer",
    "description": "It buys GOOG when the RSI 14 is below 30 and sells once it rises above 70.",
}


def json_of(spec: StrategySpec) -> str:
    return json.dumps(asdict(spec), ensure_ascii=False)


def changed(**members: object) -> str:
    """The JSON of a strategy with these members in the place of its own."""
    return json.dumps(asdict(a_spec()) | members, ensure_ascii=False)


async def design(service: Service, request: str = REQUEST, **changes: Any) -> Design:  # noqa: ANN401  # members of a brief
    model = changes.pop("model", DESIGNER)
    brief = Brief(request=request, language=language_of(request), model=model, caller=a_caller())
    return await service.design(replace(brief, **changes))


async def described(answer: Scripted, request: str = ENGLISH) -> Design:
    """A draft that the small local writer, which gives this answer, was asked to describe."""
    return await design(a_service(answer, provider="local"), request, model=WRITER)


async def test_a_model_that_designs_gives_the_strategy_and_it_is_explained_in_the_language_asked_for() -> None:
    service = a_service(json_of(a_spec()))
    made = await design(service)
    assert made.strategy == a_spec()
    assert language_of(made.explanation) is Language.KOREAN
    assert made.generation.attempts == 1
    (asked,) = service.chat["openai"].asked
    assert REQUEST in asked.prompt.messages[-1].text
    assert asked.prompt.answer_schema is not None


async def test_the_users_own_runs_stand_in_the_prompt() -> None:
    service = a_service(json_of(a_spec()))
    context = Context(kind=ContextKind.BACKTEST, id="bt-7", similarity=0.8, text="bt-7 RSI 9, 샤프 1.3")
    await design(service, contexts=(context,))
    (asked,) = service.chat["openai"].asked
    assert "RSI 9, 샤프 1.3" in "".join(message.text for message in asked.prompt.messages)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("전략은 이렇습니다: RSI가 낮으면 사세요.", "JSON"),
        (changed(type="astrology"), "type"),
        (changed(entry={"match": "all", "conditions": [{"left": "macd", "op": "<", "right": 30}]}), "macd"),
        (changed(risk={"position_fraction": 3.0}), "position_fraction"),
    ],
)
async def test_an_invalid_answer_is_sent_back_with_what_is_wrong_and_its_repair_is_taken(wrong: str, told: str) -> None:
    service = a_service(wrong, json_of(a_spec()))
    made = await design(service)
    assert made.strategy == a_spec()
    assert made.generation.attempts == 2
    repair = service.chat["openai"].asked[1].prompt
    assert told in repair.messages[-1].text
    assert wrong[:40] in "".join(message.text for message in repair.messages)


async def test_all_tries_are_rows_of_one_operation_and_their_sum_is_told() -> None:
    service = a_service("{}", "{}", json_of(a_spec()))
    made = await design(service)
    rows = await service.entries()
    assert len(rows) == made.generation.attempts == MAX_REPAIRS + 1
    assert {row.operation_id for row in rows} == {made.generation.operation_id}
    assert made.generation.cost_usd == await service.spent() > 0
    assert made.generation.usage.input_tokens == sum(row.usage.input_tokens for row in rows)


async def test_after_the_last_repair_the_violations_are_told_and_every_try_is_paid_for() -> None:
    service = a_service("{}", "{}", changed(type="astrology"))
    with pytest.raises(UnusableCompletion) as given_up:
        await design(service)
    assert [violation.field for violation in given_up.value.violations] == ["type"]
    rows = await service.entries()
    assert [row.status for row in rows] == [UsageStatus.SETTLED] * 3
    assert given_up.value.facts["cost_usd"] == await service.spent()


async def test_an_outage_during_a_repair_is_an_outage() -> None:
    service = a_service("{}", ProviderRejected("models", "401: wrong key"))
    with pytest.raises(ProviderRejected):
        await design(service)
    assert [row.status for row in await service.entries()] == [UsageStatus.SETTLED, UsageStatus.FAILED]


async def test_a_model_that_cannot_design_gets_a_draft_made_by_rules_and_the_answer_says_so() -> None:
    service = a_service(provider="local")
    made = await design(service, model=WRITER)
    assert [str(indicator.kind) for indicator in made.strategy.indicators] == ["rsi"]
    assert made.strategy.symbols == ("GOOG",)
    assert any("drafted by rules" in note for note in made.generation.notes)


async def test_a_model_is_not_asked_for_prose_in_a_language_that_it_does_not_write() -> None:
    service = a_service(provider="local")
    made = await design(service, model=WRITER)
    assert service.chat["local"].asked == []
    assert await service.entries() == []
    assert (made.generation.attempts, made.generation.model_id) == (0, "small-writer")
    assert any("prose from templates" in note for note in made.generation.notes)
    assert language_of(made.strategy.description) is Language.KOREAN


async def test_prose_that_says_what_the_strategy_says_is_taken() -> None:
    made = await described(json.dumps(PROSE))
    assert (made.strategy.name, made.strategy.description) == (PROSE["name"], PROSE["description"])
    assert not any("prose from templates" in note for note in made.generation.notes)
    assert made.generation.attempts == 1


@pytest.mark.parametrize(
    "answer",
    [
        "A fine strategy that buys low.",
        "[]",
        json.dumps({"name": "RSI dip buyer"}),
        json.dumps(PROSE | {"name": " "}),
        json.dumps(PROSE | {"description": 7}),
        json.dumps(PROSE | {"description": "It buys GOOG when the RSI 14 is below 25."}),
        json.dumps(PROSE | {"description": "It buys GOOG when the RSI 14 is above 70 and sells when it is below 30."}),
        json.dumps(PROSE | {"description": "It buys GOOG when the RSI 14 is below 30 and sells when"}),
        json.dumps(PROSE | {"description": "The RSI is good to buy. The RSI is good to buy. The RSI is good to buy."}),
        json.dumps({"name": "Momentum magic", "description": "It buys strength and sells weakness."}),
        Completion(text=json.dumps(PROSE), usage=TokenUsage(), finish_reason=FinishReason.LENGTH),
    ],
)
async def test_prose_that_cannot_stand_beside_the_strategy_is_replaced_by_the_template(answer: Scripted) -> None:
    made = await described(answer)
    assert made.strategy.description != PROSE["description"]
    assert "30" in made.strategy.description
    assert "70" in made.strategy.description
    assert any(note.startswith("prose from templates: ") for note in made.generation.notes)
    assert made.generation.attempts == 1


async def test_prose_changes_words_and_nothing_else() -> None:
    taken = (await described(json.dumps(PROSE))).strategy
    template = (await described("no JSON")).strategy
    assert replace(taken, name=template.name, description=template.description) == template


async def test_a_stated_number_without_a_place_is_told() -> None:
    made = await design(a_service(provider="local"), "RSI 900으로 GOOG 전략", model=WRITER)
    assert "not used: 900" in made.generation.notes


async def test_what_was_borrowed_from_a_run_is_explained() -> None:
    run = a_backtest(backtest_id="bt-9", strategy=a_tested_strategy(parameters={"length": 9}))
    made = await design(a_service(provider="local"), "GOOG RSI 전략", model=WRITER, examples=(run,))
    assert made.strategy.indicators[0].params["length"] == 9
    assert "bt-9" in made.explanation


async def test_the_attempts_of_a_design_and_its_repairs_are_numbered_through_and_summed() -> None:
    broken = ProviderBrokeOff("models", "cut", retry_after_seconds=1.0)
    down = ProviderUnavailable("models", "500", retry_after_seconds=1.0)
    service = a_service(down, "전략이 아닙니다", broken, json_of(a_spec()))
    made = await design(service)
    rows = await service.entries()
    assert {row.operation_id for row in rows} == {made.generation.operation_id}
    assert [row.attempt for row in rows] == [1, 2, 3, 4]
    assert [row.reason for row in rows] == ["provider-unavailable", None, "provider-unavailable", None]
    assert [row.cost_usd > 0 for row in rows] == [False, True, True, True]
    assert made.generation.attempts == 4
    assert made.generation.cost_usd == await service.spent()
    assert made.generation.usage == sum((row.usage for row in rows), TokenUsage())


async def test_a_design_and_its_repairs_share_the_time_of_the_policy() -> None:
    service = a_service()

    def slowly(_: Prompt) -> Completion:
        service.clock.advance(25)
        return Completion(text="전략이 아닙니다", usage=TokenUsage())

    service.chat["openai"] = ScriptedChatModel(slowly, slowly, slowly)
    with pytest.raises(UnusableCompletion):
        await design(service)
    assert [asked.timeout_seconds for asked in service.chat["openai"].asked] == [60, 35, 10]
    deadlines = [(row.deadline_at - row.at).total_seconds() for row in await service.entries()]
    assert deadlines == [60 + SETTLING_SECONDS, 35 + SETTLING_SECONDS, 10 + SETTLING_SECONDS]


async def test_no_repair_is_asked_for_when_the_time_is_over() -> None:
    service = a_service()

    def too_slowly(_: Prompt) -> Completion:
        service.clock.advance(60)
        return Completion(text="전략이 아닙니다", usage=TokenUsage())

    service.chat["openai"] = ScriptedChatModel(too_slowly)
    with pytest.raises(DeadlineExceeded):
        await design(service)
    assert len(await service.entries()) == 1


async def test_an_answer_cut_at_its_limit_is_an_error_that_says_so() -> None:
    cut = Completion(text='{"name": "RS', usage=TokenUsage(), finish_reason=FinishReason.LENGTH)
    with pytest.raises(UnusableCompletion, match="its last answer was cut off at its limit of 1000 output tokens"):
        await design(a_service(cut, cut, cut))


async def test_a_whole_strategy_that_ends_at_its_limit_says_so() -> None:
    cut = Completion(text=json_of(a_spec()), usage=TokenUsage(), finish_reason=FinishReason.LENGTH)
    made = await design(a_service(cut))
    assert made.generation.notes == ("the model's answer was cut off at its limit of 1000 output tokens",)


async def test_a_writer_that_is_too_slow_is_left_out_and_its_attempts_are_told() -> None:
    made = await described(DeadlineExceeded("8 s are over"))
    assert made.generation.attempts == 1
    assert made.generation.usage.input_tokens > 0
    assert "prose from templates: the model was too slow" in made.generation.notes
