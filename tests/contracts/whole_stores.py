"""Something of a user in every store of a database."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from application.ports.answer_book import Claim, FirstAnswer, KeyedRequest
from application.ports.audit_trail import AuditTrail
from application.ports.index_building import Unbuilt
from domain.audit import AuditAction, Fact
from domain.backtest import Backtest, card_id
from domain.budget import BudgetRule, BudgetUnit, RuleSource
from domain.overlay import AppliedPrice
from domain.price_fact import PriceFact
from domain.space import Space, StoredSpace
from domain.usage import UsageEntry
from entrypoints.parts import Stores
from tests.builders import (
    MOMENT,
    a_backtest,
    a_built_strategy,
    a_call_body,
    a_conversation,
    a_hold,
    a_price,
    a_report,
    a_rule,
    a_scope,
    a_settlement,
    a_tested_strategy,
    a_turn,
    a_usage_entry,
    a_vector,
    an_api_key,
    an_audit_entry,
    later,
)

EACH = a_rule(name="each-user", each_user=True, limit=Decimal(5))
ALL = a_rule(name="everybody", limit=Decimal(500), unit=BudgetUnit.USD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What of a user may be found nowhere once they are erased: their id, and words that only they wrote."""

    user_id: str
    mark: str

    def needles(self) -> tuple[str, ...]:
        return (self.user_id, self.mark)


def a_run(traces: Traces, number: int = 1, *, words: int = 1) -> Backtest:
    strategy = a_tested_strategy(name=f"{traces.mark} 전략 {number}", description=f"{traces.mark} 설명 " * words)
    return a_backtest(
        backtest_id=f"bt-{traces.mark}-{number}",
        strategy=strategy,
        symbols=("GOOG", f"{traces.mark}.KS"),
        notes=f"{traces.mark} 메모 " * words,
    )


def a_row(traces: Traces, number: int, *, days: int = 0) -> UsageEntry:
    return a_usage_entry(
        entry_id=f"e-{len(traces.mark)}{hash_of(traces.mark)}-{number:04}",
        user_id=traces.user_id,
        request_id=f"req-{traces.user_id}-{number}" if number % 2 else f"req-{number}",
        at=later(days * 86_400.0 + number),
        key_id=f"key-{hash_of(traces.mark)}",
    )


def hash_of(mark: str) -> str:
    """A part of an id that says nothing of the mark."""
    return f"{sum(map(ord, mark)):06}"


def own_rule(traces: Traces) -> BudgetRule:
    return a_rule(
        name=f"{traces.user_id} 한도",
        user_id=traces.user_id,
        limit=Decimal(9),
        source=RuleSource.HTTP,
        service="chatops",
    )


async def fill(stores: Stores, traces: Traces) -> None:
    """The user has something of everything."""
    scope, mark, number = a_scope(traces.user_id), traces.mark, hash_of(traces.mark)
    await stores.archive.record([a_run(traces, 1), a_run(traces, 2, words=400)], scope=scope, at=MOMENT)
    [stored, *_] = (await stores.archive.page(scope=scope, limit=1)).items
    await stores.texts.put({stored.card_id: [mark, "GOOG"]}, scope=scope)
    lacked = Unbuilt(card_id=stored.card_id, scope=scope, sequence=stored.sequence, backtest=stored.backtest)
    await stores.contents.mark([lacked], error=f"{mark} is refused")
    built = a_built_strategy(strategy_id=f"st-{number}", scope=scope, request=f"{mark} 전략을 만들어 줘")
    await stores.strategies.keep(built)
    await stores.reports.keep(a_report(report_id=f"rp-{number}", scope=scope, title=f"{mark} 보고서"))
    await stores.conversations.open(a_conversation(conversation_id=f"cv-{number}", scope=scope, title=f"{mark} 점검"))
    turn = a_turn(question=f"{mark}는 어땠어?", answer=f"{mark} 답 " * 500)
    await stores.turns.append_turn(turn, conversation_id=f"cv-{number}", scope=scope)
    await stores.cache.keep({f"hash-{number}": a_vector(1.0, 2.0, 3.0)}, model_id="e5", scope=scope)
    run = a_run(traces, 1)
    card = card_id(scope, "backtest", run.backtest_id)
    await stores.contents.mark([Unbuilt(card_id=card, scope=scope, sequence="1", backtest=run)], error=f"{mark} 거절")
    await _fill_keys(stores, traces)
    request = KeyedRequest(scope=scope, key=f"order-{mark.encode().hex()}", fingerprint="f" * 64)
    claim = Claim(request=request, claim_id=f"claim-{number}", at=MOMENT, lease_ends_at=later(60))
    await stores.answers.claim(claim)
    await stores.answers.keep(claim, FirstAnswer(status=200, headers={"a": "b"}, body=f"{mark} 답".encode()))
    await _fill_ledger(stores, traces)


async def _fill_keys(stores: Stores, traces: Traces) -> None:
    key = an_api_key(key_id=f"key-{hash_of(traces.mark)}", user_id=traces.user_id, name=f"{traces.mark} 노트북")
    facts: dict[str, Fact] = {"for_user": traces.user_id, "name": f"{traces.user_id}의 노트북"}
    act = an_audit_entry(entry_id=f"act-1-{hash_of(traces.mark)}", subject=key.key_id, facts=facts)
    await stores.keys.add(key, act=act)
    rule = own_rule(traces)
    act = an_audit_entry(
        entry_id=f"act-2-{hash_of(traces.mark)}", user_id=traces.user_id, action=AuditAction.BUDGET_SET,
        subject=rule.name, facts={"for_user": traces.user_id}, request_id=f"r-{traces.user_id}",
    )  # fmt: skip
    await stores.rules.set_budget(rule, act=act)


async def _fill_ledger(stores: Stores, traces: Traces) -> None:
    rules = (EACH, ALL, own_rule(traces))
    for n, days in enumerate((0, 0, 1, 40), start=1):
        row = a_row(traces, n, days=days)
        await stores.ledger.open(row, holds=[a_hold(row, rule=rule) for rule in rules])
        if n < 4:
            reason = f"the provider said {traces.user_id}" if n == 2 else None
            await stores.ledger.settle(row.entry_id, replace(a_settlement(), reason=reason))
    await stores.bodies.keep(
        [a_call_body(entry_id=a_row(traces, 1).entry_id, user_id=traces.user_id, answer=f"{traces.mark} 답")]
    )
    await stores.prices.keep([PriceFact(model_id="gpt-4o-mini", price=a_price())])


async def fill_shared(stores: Stores) -> None:
    """What belongs to no user."""
    await stores.spaces.adopt(StoredSpace(space=Space(model_id="e5"), store="chroma-1"), at=MOMENT)
    applied = AppliedPrice(model_id="gpt-4o-mini", price=a_price(valid_from=date(2026, 11, 20)), replaces=a_price())
    act = an_audit_entry(entry_id="act-0", action=AuditAction.PRICES_APPLIED, subject="genai-prices", facts={})
    await stores.rules.take_prices([applied], reviewed={"gpt-4o-mini": date(2026, 11, 20)}, act=act)
    await stores.spaces.adopt(StoredSpace(space=Space(model_id="e5"), store="memory"), at=MOMENT)


async def acts(trail: AuditTrail) -> list[str]:
    """All that the trail says, as texts."""
    return [str(entry) for entry in (await trail.page(limit=1_000)).items]
