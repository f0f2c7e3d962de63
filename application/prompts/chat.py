"""What is asked of a model that talks about the user's backtests."""

from collections.abc import Iterator, Sequence

from application.prompts.quoting import fenced, harmless
from domain.conversation import Turn
from domain.language import Language
from domain.prompting import Message, MessageRole, Prompt, PromptTemplate
from domain.retrieval import Context

MAX_QUESTION = 4_000
MAX_CONTEXT = 1_500
MAX_SAID = 4_000

_NO_CONTEXTS = {Language.KOREAN: "(없음)", Language.ENGLISH: "(none)"}


def chat_prompt(
    template: PromptTemplate,
    *,
    question: str,
    contexts: Sequence[Context],
    history: Sequence[Turn],
    more: str = "",
    max_output_tokens: int | None = None,
) -> Prompt:
    """Asks for an answer: the instructions, what was said before, then the runs and the question.

    `more` is a line on runs for which there was no room.

    The instructions are the same for every question and the history only grows, so a provider can cache both.
    """
    blocks = [run_block(i, context) for i, context in enumerate(contexts, 1)]
    if more:
        blocks.append(fenced("more runs", more, most=MAX_CONTEXT))
    instructions, request = template.render(
        contexts="\n".join(blocks) or _NO_CONTEXTS[template.language],
        question=fenced("question", question, most=MAX_QUESTION),
    )
    return Prompt(
        version=template.reference,
        messages=(instructions, *_said(history), request),
        max_output_tokens=max_output_tokens,
        temperature=0.0,
    )


def run_block(number: int, context: Context) -> str:
    """A run as the prompt shows it: data, fenced."""
    return fenced(f"run {number}", f"[{context.id}]\n{context.text}", most=MAX_CONTEXT)


def _said(history: Sequence[Turn]) -> Iterator[Message]:
    for turn in history:
        yield Message(role=MessageRole.USER, text=harmless(turn.question, most=MAX_SAID) or "?")
        yield Message(role=MessageRole.ASSISTANT, text=harmless(turn.answer, most=MAX_SAID) or "…")
