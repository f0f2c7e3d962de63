"""What `domain/gist_weights.py` holds is learned here: `python -m benchmarks.retrieval.gist` writes it anew.

A softmax over what a sentence may mean, by its vector less the mean of all of them. It is regularised and as small as
the sentences are few; the weights are kept as whole numbers of one byte.
"""

import asyncio
import base64
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

import numpy as np
import numpy.typing as npt

from benchmarks.retrieval.gist_sentences import ABSENT, OFF, STRATEGIES
from benchmarks.retrieval.service import over
from domain.generation import Caller
from domain.identity import Principal, Role

Floats = npt.NDArray[np.float64]
SHARPNESS, STEPS, RATE, DECAY = 4.0, 3_000, 2.0, 0.0004
BYTE = 127
PATH = Path(__file__).parents[2] / "domain" / "gist_weights.py"
NONE = {"absent": ABSENT, "off": OFF}


def classes() -> dict[str, tuple[str, ...]]:
    """The sentences of everything that may be meant, by its name."""
    return {**STRATEGIES, **NONE}


async def vectors_of(sentences: Sequence[str]) -> tuple[str, Floats]:
    """The model in use, and the vector of each sentence as that of a question."""
    principal = Principal(user_id="gist", roles=frozenset({Role.USER}))
    caller = Caller(principal=principal, request_id="gist")
    async with over({}, None) as memory:
        meaning = memory.meaning
        rows = [list(await meaning.of(sentence, caller=caller)) for sentence in sentences]
        return meaning.space.model_id, np.array(rows, dtype=np.float64)


def learned(vectors: Floats, labels: Sequence[int]) -> tuple[Floats, Floats, Floats]:
    """The mean of the vectors, and a row of weights and a bias for each label; every label counts the same."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = unit.mean(axis=0)
    away = unit - mean
    away *= SHARPNESS / np.linalg.norm(away, axis=1, keepdims=True)
    wanted = np.eye(max(labels) + 1)[list(labels)]
    share = 1 / wanted.sum(axis=0)[list(labels)]
    share = (share / share.sum())[:, None]
    weights, bias = np.zeros((away.shape[1], wanted.shape[1])), np.zeros(wanted.shape[1])
    for _ in range(STEPS):
        odds = np.exp(away @ weights + bias)
        wrong = (odds / odds.sum(axis=1, keepdims=True) - wanted) * share
        weights -= RATE * (away.T @ wrong + DECAY * weights)
        bias -= RATE * wrong.sum(axis=0)
    return mean, SHARPNESS * weights.T, bias


def module(model_id: str, names: Sequence[str], numbers: tuple[Floats, Floats, Floats]) -> str:
    """The text of the module that holds them."""
    mean, weights, bias = numbers
    steps = (float(np.abs(mean).max()) / BYTE, float(np.abs(weights).max()) / BYTE)
    lines = [
        '"""What a question means, learned by `benchmarks/retrieval/gist.py`: do not change it by hand."""',
        "",
        f"MODEL_ID = {model_id!r}".replace("'", '"'),
        *_listed("NAMES", [f'"{name}"' for name in names]),
        f"MEAN_STEP, WEIGHT_STEP = {steps[0]!r}, {steps[1]!r}",
        *_listed("BIAS", [repr(round(float(one), 4)) for one in bias]),
        *_packed("MEAN", mean / steps[0]),
        *_packed("WEIGHTS", weights / steps[1]),
    ]
    return "\n".join(lines) + "\n"


def _listed(name: str, members: Sequence[str]) -> list[str]:
    return [f"{name} = (", *(f"    {member}," for member in members), ")"]


def _packed(name: str, numbers: Floats) -> list[str]:
    text = base64.b64encode(np.rint(numbers).astype(np.int8).tobytes()).decode()
    return [f"{name} = (", *(f'    "{line}"' for line in wrap(text, 108)), ")"]


def main() -> None:
    """Embeds the sentences, learns, and writes the module."""
    every = classes()
    names = list(every)
    model_id, vectors = asyncio.run(vectors_of([sentence for one in every.values() for sentence in one]))
    labels = [place for place, one in enumerate(every.values()) for _ in one]
    PATH.write_text(module(model_id, names, learned(vectors, labels)), encoding="utf-8")


if __name__ == "__main__":
    main()
