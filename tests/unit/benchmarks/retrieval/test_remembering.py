"""Nothing is embedded twice, and what was embedded outlasts the process where it is kept."""

from array import array
from pathlib import Path

from adapters.memory.embedder import HashedWordsEmbedder
from benchmarks.retrieval.remembering import PASSAGES, Remembering, keep_vectors, read_vectors, remembering
from domain.embedding import TextKind
from tests.unit.application.services import EMBEDDING, a_service


async def test_a_text_is_embedded_once() -> None:
    embedder = HashedWordsEmbedder()
    once = Remembering(embedder=embedder)
    first = await once.embed(["rsi", "macd", "rsi"], kind=TextKind.QUERY, model=EMBEDDING, timeout_seconds=1)
    again = await once.embed(["macd"], kind=TextKind.QUERY, model=EMBEDDING, timeout_seconds=1)
    assert first.vectors[0] == first.vectors[2]
    assert again.vectors[0] == first.vectors[1]
    assert embedder.embedded == 2


async def test_a_question_is_embedded_each_time_where_only_passages_are_remembered() -> None:
    embedder = HashedWordsEmbedder()
    once = Remembering(embedder=embedder, kinds=PASSAGES)
    for kind in (TextKind.QUERY, TextKind.QUERY, TextKind.PASSAGE, TextKind.PASSAGE):
        await once.embed(["rsi"], kind=kind, model=EMBEDDING, timeout_seconds=1)
    assert embedder.embedded == 3


def test_whatever_else_the_embedder_can_do_it_still_can() -> None:
    embedder = HashedWordsEmbedder()
    embedder.embedded = 7
    assert Remembering(embedder=embedder).embedded == 7


def test_a_memory_that_remembers_is_else_the_same() -> None:
    memory = a_service().memory
    known = {"a": array("f", [1.0])}
    (provider,) = remembering(memory, known=known).embedder.providers.values()
    assert isinstance(provider, Remembering)
    assert provider.known is known
    assert remembering(memory).vectors is memory.vectors


def test_vectors_are_kept_to_the_last_bit(tmp_path: Path) -> None:
    path = tmp_path / "new" / "vectors.npz"
    assert read_vectors(path) == {}
    vectors = {"a": array("f", [0.1, -0.2]), "b": array("f", [1.0, 0.0])}
    keep_vectors(vectors, path)
    assert read_vectors(path) == vectors
    assert [each.name for each in path.parent.iterdir()] == ["vectors.npz"]
