"""What the product is compared with, and the question that is not embedded twice."""

from adapters.memory.embedder import HashedWordsEmbedder
from benchmarks.retrieval.bm25 import WordIndex
from benchmarks.retrieval.service import backtest_of
from benchmarks.retrieval.systems import Random, Remembering, WordsOnly, caller_of
from domain.embedding import TextKind
from tests.builders import a_model
from tests.unit.benchmarks.retrieval.things import a_gold, a_run

OWNED = {"민지": {key: backtest_of(a_run(key, symbol=symbol)) for key, symbol in (("r0", "GOOG"), ("r1", "IBM"))}}


def test_a_rare_word_weighs_more_than_a_common_one_and_a_text_without_any_does_not_come() -> None:
    index = WordIndex(["rsi on goog", "rsi on ibm", "rsi on ibm", "macd"])
    assert index.ranked("rsi goog") == [0, 1, 2]
    assert index.ranked("bollinger") == []


def test_a_shorter_text_wins_where_both_have_the_word() -> None:
    assert WordIndex(["rsi and many other words", "rsi"]).ranked("RSI") == [1, 0]


async def test_words_alone_find_what_shares_them_among_the_users_own() -> None:
    answer = await WordsOnly(owned=OWNED).ask(a_gold(a_run(), question="IBM", kinds=["rsi"]))
    assert answer.ids[:1] == ("r1",)
    assert answer.reading is None


async def test_a_random_ranker_draws_the_same_for_the_same_question() -> None:
    gold = a_gold(a_run(), kinds=["rsi"], top_k=1)
    first, again = await Random(owned=OWNED).ask(gold), await Random(owned=OWNED).ask(gold)
    assert first.ids == again.ids
    assert len(first.ids) == 1


def test_a_question_is_asked_with_no_more_rights_than_a_users() -> None:
    principal = caller_of(a_gold(a_run(), kinds=["rsi"])).principal
    assert (principal.user_id, [str(role) for role in principal.roles]) == ("민지", ["user"])


async def test_no_question_is_embedded_twice() -> None:
    embedder = HashedWordsEmbedder()
    remembering, model = Remembering(embedder=embedder), a_model()
    first = await remembering.embed(["rsi", "macd", "rsi"], kind=TextKind.QUERY, model=model, timeout_seconds=1)
    again = await remembering.embed(["macd"], kind=TextKind.QUERY, model=model, timeout_seconds=1)
    assert first.vectors[0] == first.vectors[2]
    assert again.vectors[0] == first.vectors[1]
    assert embedder.embedded == 2
