"""What every index of words promises."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from application.ports.text_index import TextIndex
from domain.bm25 import WordHits, counted, ranked
from domain.identity import UserScope
from tests.arbitrary import CONTRACT_SETTINGS
from tests.builders import a_scope

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")
CARDS: Mapping[str, Sequence[str]] = {
    "card-1": ("rsi", "rsi(14)", "과매도", "반등", "goog"),
    "card-2": ("macd", "시그널선", "추세", "aapl"),
    "card-3": ("rsi", "눌림목", "상승", "goog", "goog"),
    "card-4": ("볼린저", "밴드", "btc/usdt"),
}
TERMS = ("rsi", "과매도", "goog", "btc/usdt", "평균", "λ", "50%", "a'b")
_examples = iter(range(1_000_000))
bags = st.lists(st.sampled_from(TERMS), max_size=6)


def ids(found: WordHits) -> list[str]:
    return [hit.card_id for hit in found.hits]


class TextIndexContract:
    """A subclass gives the fixture `index`, declared `-> TextIndex` and empty at first."""

    async def test_a_card_with_the_rarer_word_comes_first(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        found = await index.search(["rsi", "눌림목"], scope=MINA, top_k=5)
        assert ids(found) == ["card-3", "card-1"]
        assert found.held_by == {"rsi": 2, "눌림목": 1}
        assert found.cards == 4
        assert found.hits[0].coverage == 1.0 > found.hits[1].coverage > 0.0

    async def test_what_no_card_says_is_counted_and_finds_nothing(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        found = await index.search(["김치찌개"], scope=MINA, top_k=5)
        assert (found.hits, found.held_by) == ((), {"김치찌개": 0})
        half = await index.search(["김치찌개", "macd"], scope=MINA, top_k=5)
        assert [hit.coverage for hit in half.hits] == [1.0]

    async def test_no_term_finds_nothing(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        found = await index.search([], scope=MINA, top_k=5)
        assert (found.hits, found.held_by) == ((), {})

    async def test_a_word_counts_once_however_often_it_is_asked(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        once = await index.search(["rsi"], scope=MINA, top_k=5)
        assert await index.search(["rsi", "rsi"], scope=MINA, top_k=5) == once

    async def test_an_unknown_user_has_nothing(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        assert await index.search(["rsi"], scope=JUN, top_k=5) == WordHits(held_by={"rsi": 0}, cards=0)
        assert (await index.count(scope=MINA), await index.count(scope=JUN)) == (4, 0)

    async def test_the_cards_of_others_change_no_score(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        before = await index.search(["rsi", "goog"], scope=MINA, top_k=5)
        await index.put({f"card-{n}": ("rsi", "goog") for n in range(50)}, scope=JUN)
        assert await index.search(["rsi", "goog"], scope=MINA, top_k=5) == before

    async def test_the_same_card_id_of_two_users_is_two_cards(self, index: TextIndex) -> None:
        await index.put({"card-1": ("rsi",)}, scope=MINA)
        await index.put({"card-1": ("macd",)}, scope=JUN)
        assert ids(await index.search(["rsi"], scope=MINA, top_k=5)) == ["card-1"]
        assert ids(await index.search(["rsi"], scope=JUN, top_k=5)) == []
        await index.delete(["card-1"], scope=JUN)
        assert await index.count(scope=MINA) == 1

    async def test_putting_again_replaces_what_was_said(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        assert ids(await index.search(["macd"], scope=MINA, top_k=5)) == ["card-2"]
        await index.put({"card-2": ("돈치안", "돌파")}, scope=MINA)
        assert ids(await index.search(["macd"], scope=MINA, top_k=5)) == []
        assert ids(await index.search(["돌파"], scope=MINA, top_k=5)) == ["card-2"]
        assert await index.count(scope=MINA) == 4

    async def test_what_is_deleted_is_found_no_more(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        assert ids(await index.search(["goog"], scope=MINA, top_k=5)) == ["card-3", "card-1"]
        await index.delete(["card-3", "no-such-card"], scope=MINA)
        found = await index.search(["goog", "눌림목"], scope=MINA, top_k=5)
        assert (ids(found), found.held_by, found.cards) == (["card-1"], {"goog": 1, "눌림목": 0}, 3)

    async def test_nothing_put_and_nothing_deleted_changes_nothing(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        await index.put({}, scope=MINA)
        await index.delete([], scope=MINA)
        assert await index.count(scope=MINA) == 4

    async def test_a_card_without_terms_is_a_card(self, index: TextIndex) -> None:
        await index.put({"empty": (), **CARDS}, scope=MINA)
        found = await index.search(["rsi"], scope=MINA, top_k=5)
        assert (ids(found), found.cards) == (["card-1", "card-3"], 5)

    async def test_among_narrows_what_is_found_and_not_how_it_is_ranked(self, index: TextIndex) -> None:
        await index.put(CARDS, scope=MINA)
        every = await index.search(["rsi", "macd"], scope=MINA, top_k=5)
        some = await index.search(["rsi", "macd"], scope=MINA, top_k=5, among=frozenset({"card-3", "card-2", "x"}))
        assert list(some.hits) == [hit for hit in every.hits if hit.card_id != "card-1"]
        assert some.held_by == every.held_by
        assert ids(await index.search(["rsi"], scope=MINA, top_k=5, among=frozenset())) == []

    async def test_all_that_tie_with_the_last_come_along_in_the_order_of_their_ids(self, index: TextIndex) -> None:
        await index.put({f"card-{(37 * n) % 90:02d}": ("rsi",) for n in range(90)}, scope=MINA)
        await index.put({"best": ("rsi", "rsi")}, scope=MINA)
        whole = ["best", *(f"card-{n:02d}" for n in range(90))]
        assert ids(await index.search(["rsi"], scope=MINA, top_k=2)) == whole
        assert ids(await index.search(["rsi"], scope=MINA, top_k=1)) == ["best"]

    async def test_a_change_after_a_search_is_seen_by_the_next(self, index: TextIndex) -> None:
        for n in range(5):
            await index.put({f"card-{n}": ("rsi",)}, scope=MINA)
            assert await index.count(scope=MINA) == (await index.search(["rsi"], scope=MINA, top_k=9)).cards == n + 1
        for n in range(5):
            await index.delete([f"card-{n}"], scope=MINA)
            assert (await index.search(["rsi"], scope=MINA, top_k=9)).cards == 4 - n

    async def test_a_thousand_cards_come_and_go_at_once(self, index: TextIndex) -> None:
        await index.put({"first": ("rsi",)}, scope=MINA)
        assert (await index.search(["rsi"], scope=MINA, top_k=1)).cards == 1
        await index.put({f"card-{n}": ("rsi", f"n{n}") for n in range(1_500)}, scope=MINA)
        found = await index.search(["n1234", "rsi"], scope=MINA, top_k=1)
        assert (ids(found), found.held_by, found.cards) == (["card-1234"], {"n1234": 1, "rsi": 1_501}, 1_501)
        await index.delete([f"card-{n}" for n in range(1_500)], scope=MINA)
        assert (await index.search(["rsi", "n7"], scope=MINA, top_k=9)).held_by == {"rsi": 1, "n7": 0}

    @CONTRACT_SETTINGS
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(("put", "delete")), st.dictionaries(st.sampled_from("abcdefgh"), bags)),
            min_size=1,
            max_size=6,
        ),
        asked=st.lists(st.sampled_from((*TERMS, "없는말")), max_size=4),
        top_k=st.integers(1, 4),
        among=st.none() | st.frozensets(st.sampled_from("abcdefgh")),
    )
    async def test_every_index_ranks_as_the_domain_does(
        self,
        index: TextIndex,
        *,
        steps: list[tuple[str, dict[str, list[str]]]],
        asked: list[str],
        top_k: int,
        among: frozenset[str] | None,
    ) -> None:
        scope = UserScope(user_id=f"사용자-{next(_examples)}")
        cards: dict[str, list[str]] = {}
        for step, changed in steps:
            if step == "put":
                await index.put(changed, scope=scope)
                cards |= changed
            else:
                await index.delete(sorted(changed), scope=scope)
                cards = {card_id: terms for card_id, terms in cards.items() if card_id not in changed}
            expected = ranked(asked, {key: counted(terms) for key, terms in cards.items()}, top_k=top_k, among=among)
            assert await index.search(asked, scope=scope, top_k=top_k, among=among) == expected
