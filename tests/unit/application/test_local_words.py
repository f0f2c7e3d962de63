"""The model of this process is slow or fails: every answer goes without its words and says so."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from adapters.files.prompt_library import FilePromptLibrary
from application.chatting import ChatAnswerer, Inquiry
from application.designing import Brief
from application.local_words import LOCAL_SECONDS
from application.reporting import ReportBrief, ReportWriter
from application.streamed import Streamed
from domain.budget import BudgetUnit
from domain.errors import BudgetExhausted, DeadlineExceeded, DomainError, ProviderUnavailable, UnusableCompletion
from domain.generation import Generation
from domain.language import Language
from tests.builders import a_backtest, a_caller, a_model, a_rule
from tests.unit.application.services import DEAR, WRITER, Service, a_service

REMARKS: list[tuple[DomainError, str]] = [
    (DeadlineExceeded("20 s are over"), "the model was too slow"),
    (ProviderUnavailable("llama_cpp", "it does not load"), "the model is unavailable"),
    (UnusableCompletion("it ended without an answer"), "the model gave no answer"),
]
RUN = a_backtest()


async def pieces(service: Service, **changes: object) -> list[Streamed]:
    settings: dict[str, object] = {"language": Language.ENGLISH, "model": WRITER, "runs": (RUN,)} | changes
    inquiry = Inquiry(question="How did RSI do?", caller=a_caller(), **settings)  # type: ignore[arg-type]  # each test names fields of the inquiry
    answer = ChatAnswerer(models=service.models, prompts=FilePromptLibrary())
    return [piece async for piece in answer(inquiry)]


async def said_in_a_chat(service: Service) -> tuple[str, Generation]:
    *said, last = await pieces(service)
    return "".join(piece.text for piece in said), generation_of(last)


async def streamed_in_a_chat(service: Service) -> tuple[str, Generation]:
    *said, last = await pieces(service, streamed=True)
    return "".join(piece.text for piece in said), generation_of(last)


async def written_in_a_report(service: Service) -> tuple[str, Generation]:
    brief = ReportBrief(run=RUN, language=Language.ENGLISH, model=WRITER, caller=a_caller())
    report = await ReportWriter(models=service.models, prompts=FilePromptLibrary())(brief)
    return report.sections[0].text, report.generation


async def built_as_a_strategy(service: Service) -> tuple[str, Generation]:
    request = "Buy GOOG when RSI 14 is below 30 and sell above 70"
    made = await service.design(Brief(request=request, language=Language.ENGLISH, model=WRITER, caller=a_caller()))
    return made.strategy.description, made.generation


def generation_of(piece: Streamed) -> Generation:
    assert piece.generation is not None
    return piece.generation


@pytest.mark.parametrize("answered", [said_in_a_chat, streamed_in_a_chat, written_in_a_report, built_as_a_strategy])
@pytest.mark.parametrize(("failure", "remark"), REMARKS)
async def test_a_failure_of_the_model_in_this_process_is_a_remark_and_the_answer_is_the_templates(
    failure: DomainError, remark: str, answered: Callable[[Service], Awaitable[tuple[str, Generation]]]
) -> None:
    service = a_service(failure, provider="local")
    text, generation = await answered(service)
    assert "RSI" in text
    assert any(note.endswith(f": {remark}") for note in generation.notes)
    [entry] = await service.entries()
    assert (entry.operation_id, generation.attempts) == (generation.operation_id, 1)


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_model_in_this_process_is_not_waited_for_as_long_as_a_hosted_one(*, streamed: bool) -> None:
    local, hosted = a_service("Fine.", provider="local"), a_service("Fine.")
    await pieces(local, streamed=streamed)
    await pieces(hosted, model=DEAR, streamed=streamed)
    assert local.chat["local"].asked[0].timeout_seconds == LOCAL_SECONDS
    assert hosted.chat["openai"].asked[0].timeout_seconds > LOCAL_SECONDS


@pytest.mark.parametrize("streamed", [False, True])
async def test_without_runs_and_without_words_a_template_says_that_there_is_no_answer(*, streamed: bool) -> None:
    service = a_service(DeadlineExceeded("20 s are over"), provider="local")
    said = await pieces(service, runs=None, streamed=streamed)
    assert said[0] == Streamed()
    assert "no usable answer" in said[1].text


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("failure", [failure for failure, _ in REMARKS])
async def test_a_failure_of_a_small_hosted_model_stays_an_error(failure: DomainError, *, streamed: bool) -> None:
    small = a_model(model_id="gpt-4o", context_window=WRITER.context_window, max_output_tokens=512)
    with pytest.raises(type(failure), match=str(failure)):
        await pieces(a_service(failure), model=small, streamed=streamed)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_budget_that_is_used_up_is_no_failure_of_the_model(*, streamed: bool) -> None:
    tokens = a_rule(name="tokens", limit=Decimal(1), unit=BudgetUnit.TOKENS)
    service = a_service("Fine.", provider="local", budgets=(tokens,))
    with pytest.raises(BudgetExhausted):
        await pieces(service, streamed=streamed)
