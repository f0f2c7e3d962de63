"""What every archive of built strategies promises."""

from datetime import timedelta, timezone

import pytest

from application.ports.strategy_archive import StrategyArchive
from domain.errors import NotFound
from domain.indicators import IndicatorKind, PriceField
from domain.language import Language
from domain.retrieval import Context, ContextKind
from domain.strategy import Condition, ConditionOp, Direction, Indicator, Match, Risk
from tests.builders import MOMENT, a_built_strategy, a_rule_of, a_scope, a_spec

MINA, JUN = a_scope("mina@quant.kr"), a_scope("준/서울")


async def keep(archive: StrategyArchive, *ids: str) -> None:
    for strategy_id in ids:
        await archive.keep(a_built_strategy(strategy_id=strategy_id))


async def ids(archive: StrategyArchive) -> list[str]:
    return [built.strategy_id for built in (await archive.page(scope=MINA, limit=100)).items]


class StrategyArchiveContract:
    """A subclass gives the fixture `archive`, declared `-> StrategyArchive` and empty at first."""

    async def test_a_strategy_comes_back_whole(self, archive: StrategyArchive) -> None:
        await archive.keep(a_built_strategy())
        assert await archive.get("st-000001", scope=MINA) == a_built_strategy()

    async def test_every_member_of_a_specification_survives(self, archive: StrategyArchive) -> None:
        macd = Indicator(id="macd_1", kind=IndicatorKind.MACD, params={"fast": 12, "slow": 26}, source=PriceField.HIGH)
        bands = Indicator(id="bands", kind=IndicatorKind.BOLLINGER, params={"length": 20, "deviations": 2.5})
        spec = a_spec(
            symbols=("005930.KS", "GOOG"),
            indicators=(macd, bands),
            entry=a_rule_of(
                Condition(left="macd_1.line", op=ConditionOp.CROSSES_ABOVE, right="macd_1.signal"),
                Condition(left="close", op=ConditionOp.LT, right="bands.lower"),
                match=Match.ANY,
            ),
            exit=a_rule_of(),
            direction=Direction.SHORT,
            risk=Risk(position_fraction=1 / 3, take_profit=0.2, max_holding_bars=20),
        )
        contexts = (
            Context(kind=ContextKind.STRATEGY, id="st-0", similarity=None, text="키움 …"),
            Context(kind=ContextKind.BACKTEST, id="bt-가", similarity=0.81234, text='"quoted" \\ and\nlines'),
        )
        built = a_built_strategy(strategy=spec, contexts=contexts, language=Language.ENGLISH, explanation="")
        await archive.keep(built)
        assert await archive.get(built.strategy_id, scope=MINA) == built

    async def test_a_strategy_without_contexts_survives(self, archive: StrategyArchive) -> None:
        await archive.keep(a_built_strategy(contexts=()))
        assert (await archive.get("st-000001", scope=MINA)).contexts == ()

    async def test_a_moment_in_another_zone_stays_the_same_moment(self, archive: StrategyArchive) -> None:
        seoul = MOMENT.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=7)
        await archive.keep(a_built_strategy(created_at=seoul))
        assert (await archive.get("st-000001", scope=MINA)).created_at == seoul

    @pytest.mark.parametrize("strategy_id", ["st-404", "", "st\0", "\ud800"])
    async def test_an_unknown_strategy_is_not_found(self, archive: StrategyArchive, strategy_id: str) -> None:
        with pytest.raises(NotFound):
            await archive.get(strategy_id, scope=MINA)

    async def test_what_belongs_to_somebody_else_is_not_found(self, archive: StrategyArchive) -> None:
        await archive.keep(a_built_strategy())
        with pytest.raises(NotFound):
            await archive.get("st-000001", scope=JUN)
        assert (await archive.page(scope=JUN, limit=10)).items == ()

    async def test_the_latest_comes_first(self, archive: StrategyArchive) -> None:
        await keep(archive, "st-2", "st-1", "st-3")
        assert await ids(archive) == ["st-3", "st-2", "st-1"]

    @pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
    async def test_pages_join_to_the_whole_list(self, archive: StrategyArchive, limit: int) -> None:
        await keep(archive, *(f"st-{n}" for n in range(5)))
        await archive.keep(a_built_strategy(strategy_id="st-x", scope=JUN))
        page = await archive.page(scope=MINA, limit=limit)
        read = list(page.items)
        while page.next_after is not None:
            page = await archive.page(scope=MINA, limit=limit, after=page.next_after)
            assert page.items
            read += page.items
            assert len(read) <= 7, "a page repeats"
        assert [built.strategy_id for built in read] == ["st-4", "st-3", "st-2", "st-1", "st-0"]
