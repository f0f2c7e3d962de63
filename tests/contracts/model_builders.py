from collections.abc import Sequence

from domain.catalogue import ModelCapability, ModelConfig
from domain.prompting import AnswerSchema, Message, MessageRole, Prompt
from tests.builders import a_model

CARD_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 12},
        "direction": {"type": "string", "enum": ["long", "short"]},
        "length": {"type": "integer", "minimum": 2, "maximum": 50},
    },
    "required": ["name", "direction", "length"],
    "additionalProperties": False,
}
CARD = AnswerSchema(name="card", schema=CARD_SCHEMA)


def a_prompt(
    *said: str,
    instructions: str = "Answer in one short sentence.",
    schema: AnswerSchema | None = None,
    most: int | None = 24,
    temperature: float | None = None,
) -> Prompt:
    users = [Message(role=MessageRole.USER, text=text) for text in said or ("What is the RSI of a stock?",)]
    return Prompt(
        version="test@1",
        messages=(Message(role=MessageRole.SYSTEM, text=instructions), *users),
        answer_schema=schema,
        max_output_tokens=most,
        temperature=temperature,
    )


def an_embedding_model(model_id: str = "text-embedding-3-small", *, dimensions: int = 64) -> ModelConfig:
    return a_model(
        model_id=model_id,
        capabilities=frozenset({ModelCapability.EMBEDDING}),
        dimensions=dimensions,
        encoding="cl100k_base",
    )


def cosine(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
