"""Whatever fails, no hold outlives its deadline and a sweep, and nobody is refused for whom there was room."""

from pathlib import Path

from tests.contracts.sql_engines import a_sqlite_at_head
from tests.load.failing import Aftermath, fail_a_lot
from tests.load.unruly import Fate, Slip

CALLS, CALLS_IN_TURN = 1_000, 250


def assert_everything_happened(after: Aftermath) -> None:
    assert after.fates.keys() == {*Fate}
    assert after.slips.keys() == {*Slip}
    assert after.outcomes.keys() >= {"cancelled", "left", "heard", "answered", "embedded", "store-unavailable"}
    assert after.refused > 0
    assert after.overdue > 0


async def test_after_a_thousand_calls_that_fail_at_every_step_nothing_is_held(tmp_path: Path) -> None:
    after = await fail_a_lot(await a_sqlite_at_head(tmp_path), calls=CALLS, seed=1)
    assert after.faults == []
    assert_everything_happened(after)


async def test_a_refusal_is_right_at_the_instant_at_which_it_is_made(tmp_path: Path) -> None:
    after = await fail_a_lot(await a_sqlite_at_head(tmp_path), calls=CALLS_IN_TURN, seed=2, turns=True)
    assert after.faults == []
    assert after.refused > 0
