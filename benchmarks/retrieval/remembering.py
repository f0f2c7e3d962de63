"""An embedder that embeds nothing twice, over runs of the evaluation too: the vectors can be kept in a file."""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from application.memory import BacktestMemory
from application.ports.embedder import Embedder
from domain.catalogue import ModelConfig
from domain.embedding import Embedded, TextKind, Vector
from domain.usage import TokenUsage

BOTH = frozenset(TextKind)
PASSAGES = frozenset({TextKind.PASSAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembering:
    """The embedder, but that texts of these kinds are looked up first."""

    embedder: Embedder
    known: dict[str, Vector] = field(default_factory=dict)
    kinds: frozenset[TextKind] = BOTH

    async def embed(
        self, texts: Sequence[str], *, kind: TextKind, model: ModelConfig, timeout_seconds: float
    ) -> Embedded:
        """As the embedder gives it."""
        if kind not in self.kinds:
            return await self.embedder.embed(texts, kind=kind, model=model, timeout_seconds=timeout_seconds)
        keys = {text: key_of(text, kind=kind, model=model) for text in texts}
        missing = [text for text, key in keys.items() if key not in self.known]
        usage: TokenUsage | None = TokenUsage()
        if missing:
            made = await self.embedder.embed(missing, kind=kind, model=model, timeout_seconds=timeout_seconds)
            self.known.update({keys[text]: vector for text, vector in zip(missing, made.vectors, strict=True)})
            usage = made.usage
        return Embedded(vectors=tuple(self.known[keys[text]] for text in texts), usage=usage)

    def __getattr__(self, name: str) -> object:
        # Whatever else the embedder can do, such as saying how many texts it takes at once.
        return getattr(self.embedder, name)


def key_of(text: str, *, kind: TextKind, model: ModelConfig) -> str:
    """Under what a vector is known."""
    return hashlib.sha256(f"{model.model_id}\0{kind}\0{text}".encode()).hexdigest()


def remembering(
    memory: BacktestMemory, *, known: dict[str, Vector] | None = None, kinds: frozenset[TextKind] = BOTH
) -> BacktestMemory:
    """The same memory over embedders that remember."""
    vectors = {} if known is None else known
    providers = {
        name: Remembering(embedder=embedder, known=vectors, kinds=kinds)
        for name, embedder in memory.embedder.providers.items()
    }
    return replace(memory, embedder=replace(memory.embedder, providers=providers))


def read_vectors(path: Path) -> dict[str, Vector]:
    """What was kept in a file; nothing where there is none."""
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as kept:
        keys, rows = kept["keys"], kept["rows"]
    return {str(key): array("f", row.tolist()) for key, row in zip(keys, rows, strict=True)}


def keep_vectors(vectors: Mapping[str, Vector], path: Path) -> None:
    """Kept in a file, which is replaced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part.npz")
    rows = np.array([list(vector) for vector in vectors.values()], dtype=np.float32)
    np.savez_compressed(beside, keys=np.array(list(vectors)), rows=rows)
    beside.replace(path)
