"""Random stories of a ledger, told to any adapter: calls that begin and end, over some days around now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from application.ports.usage_ledger import UsageLedger
from domain.budget import BudgetPeriod, BudgetUnit
from domain.errors import BudgetExhausted
from domain.usage import Settlement, TokenUsage, UsageDimension, UsageEntry, UsageFilter, UsageStatus
from tests.builders import MOMENT, a_hold, a_rule, a_settlement, a_usage_entry

USERS, SERVICES, MODELS = ("mina", "준", "Zoe"), ("chatops", "memory"), ("gpt-4o", "gpt-4o-mini")
VERSIONS = (None, "", "chat@1", "=", "챗@2")
REASONS = (None, "", "provider-throttled", "스트림이 끊겼다")
STORY_RULES = (
    a_rule(name="usd", limit=Decimal("0.02")),
    a_rule(name="tokens", unit=BudgetUnit.TOKENS, limit=Decimal(9_000), period=BudgetPeriod.WEEK),
    a_rule(name="each", limit=Decimal("0.01"), each_user=True, period=BudgetPeriod.MONTH, timezone="Asia/Seoul"),
)
MIDNIGHT = MOMENT.replace(hour=0, minute=0)
MOMENTS = st.integers(-3 * 24, 3 * 24).map(lambda hours: MIDNIGHT + timedelta(hours=hours)) | st.integers(
    -3 * 86_400, 3 * 86_400
).map(lambda seconds: MIDNIGHT + timedelta(seconds=seconds))
AMOUNTS = st.integers(0, 9_999_999_999).map(lambda pico: Decimal(pico).scaleb(-12))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One call, and how it ended; None while it is under way."""

    entry: UsageEntry
    end: Settlement | None


@st.composite
def usages(draw: st.DrawFn) -> TokenUsage:
    cached, written, plain, reasoning, text = (draw(st.integers(0, 900)) for _ in range(5))
    return TokenUsage(
        input_tokens=cached + written + plain, cached_input_tokens=cached, cache_write_tokens=written,
        output_tokens=reasoning + text, reasoning_tokens=reasoning, estimated=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def calls(draw: st.DrawFn) -> Told:
    entry = a_usage_entry(
        at=draw(MOMENTS), attempt=draw(st.integers(1, 2)), user_id=draw(st.sampled_from(USERS)),
        service=draw(st.sampled_from(SERVICES)), model_id=draw(st.sampled_from(MODELS)),
        prompt_version=draw(st.sampled_from(VERSIONS)), usage=draw(usages()), cost_usd=draw(AMOUNTS),
        provider=draw(st.sampled_from(("openai", "somebody"))),
    )  # fmt: skip
    if draw(st.integers(0, 4)) == 0:
        return Told(entry=entry, end=None)
    final = [status for status in UsageStatus if status is not UsageStatus.PENDING]
    end = a_settlement(
        status=draw(st.sampled_from(final)), usage=draw(usages()), cost_usd=draw(AMOUNTS),
        saved_cost_usd=draw(AMOUNTS) - draw(AMOUNTS), reason=draw(st.sampled_from(REASONS)),
    )  # fmt: skip
    return Told(entry=entry, end=end)


STORIES = st.lists(calls(), max_size=25)
FILTERS = st.builds(
    UsageFilter,
    since=st.none() | MOMENTS,
    until=st.none() | MOMENTS,
    user_id=st.none() | st.sampled_from(USERS),
    service=st.none() | st.sampled_from(SERVICES),
    model_id=st.none() | st.sampled_from(MODELS),
    prompt_version=st.none() | st.sampled_from(["", "chat@1", "=", "챗@2"]),
    status=st.none() | st.sampled_from(UsageStatus),
)
GROUPINGS = st.lists(st.sampled_from(UsageDimension), unique=True, max_size=4)


async def tell(story: Sequence[Told], *ledgers: UsageLedger, prefix: str = "e") -> None:
    """The story happens in each of the ledgers, as far as the budgets let it."""
    for number, told in enumerate(story):
        entry = renamed(told.entry, f"{prefix}-{number:03}")
        for ledger in ledgers:
            try:
                await ledger.open(entry, holds=[a_hold(entry, rule=rule) for rule in STORY_RULES])
            except BudgetExhausted:
                continue
            if told.end is not None:
                await ledger.settle(entry.entry_id, told.end)


def renamed(entry: UsageEntry, entry_id: str) -> UsageEntry:
    return a_usage_entry(**{name: getattr(entry, name) for name in entry.__slots__} | {"entry_id": entry_id})


def hour(number: int) -> datetime:
    return MIDNIGHT + timedelta(hours=number)
