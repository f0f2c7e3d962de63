"""`/api/v1/gen-ai/budgets` and `/api/v1/admin/budgets`: what is left of each budget, and budgets set at run time."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.use_cases.remove_budget import RemoveBudget
from application.use_cases.set_budget import SetBudget
from application.use_cases.show_budgets import ShowBudgets
from domain.budget import UTC_NAME, BudgetCounter, BudgetPeriod, BudgetUnit
from domain.budget_order import BudgetOrder
from entrypoints.http.backtest_body import Wire
from entrypoints.http.generation_body import money
from entrypoints.http.problems import Fault, documented
from entrypoints.http.wiring import CallerOf, admin_only


class BudgetOrderBody(Wire, frozen=True, kw_only=True):
    """What a budget shall be. Without `user_id`, `service` and `model_id` it covers all of them.

    `each_user` gives every user a counter of their own; `warn_at` are shares of the limit at which the log warns.
    """

    unit: BudgetUnit
    limit: Annotated[str | int | float, msgspec.Meta(examples=["200", 5000000])]
    period: BudgetPeriod
    timezone: Annotated[str, msgspec.Meta(examples=["Asia/Seoul"])] = UTC_NAME
    user_id: str | None = None
    service: Annotated[str | None, msgspec.Meta(examples=["narrative_report"])] = None
    model_id: str | None = None
    each_user: bool = False
    warn_at: Annotated[list[float] | None, msgspec.Meta(examples=[[0.8, 0.95]])] = None

    def order(self, rule: str) -> BudgetOrder:
        """The rule that is asked for."""
        return BudgetOrder(
            name=rule,
            unit=self.unit,
            limit=str(self.limit),
            period=self.period,
            timezone=self.timezone,
            user_id=self.user_id,
            service=self.service,
            model_id=self.model_id,
            each_user=self.each_user,
            warn_at=None if self.warn_at is None else tuple(map(str, self.warn_at)),
        )


class BudgetBody(msgspec.Struct, frozen=True, kw_only=True):
    """A budget rule with what is spent, held for calls under way, and left.

    `user` is whose counter it is, `source` where the rule was set: `file`, `environment` or `http`.
    """

    rule: str
    source: str
    unit: str
    period: str
    timezone: str
    user: str | None
    each_user: bool
    service: str | None
    model: str | None
    limit: str
    spent: str
    held: str
    left: str
    resets_at: datetime
    warn_at: list[float]

    @staticmethod
    def of(counter: BudgetCounter) -> "BudgetBody":
        """The counter as it goes out."""
        rule = counter.rule
        return BudgetBody(
            rule=rule.name,
            source=rule.source,
            unit=rule.unit,
            period=rule.period,
            timezone=rule.timezone,
            user=counter.subject or rule.user_id,
            each_user=rule.each_user,
            service=rule.service,
            model=rule.model_id,
            limit=money(rule.limit),
            spent=money(counter.spent),
            held=money(counter.held),
            left=money(counter.left),
            resets_at=counter.window.ends_at.astimezone(UTC),
            warn_at=list(map(float, rule.warn_at)),
        )


class BudgetList(msgspec.Struct, frozen=True, kw_only=True):
    """Every budget that the caller may see.

    `not_in_force` are rules set at run time that name what the configuration does not know any more.
    """

    budgets: list[BudgetBody]
    not_in_force: list[Fault]


class RemovedBudget(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that was removed, and the one that is in force under its name from now on; null where there is none."""

    removed: str
    in_force: BudgetBody | None


@get("/gen-ai/budgets", responses=documented(403, 503))
async def list_budgets(caller: CallerOf, budgets: NamedDependency[ShowBudgets]) -> BudgetList:
    """Each budget rule with limit, spent, held, left, when it resets and where it was set."""
    counters = await budgets(principal=caller.principal)
    unfit = budgets.not_in_force(principal=caller.principal)
    faults = [Fault(field=violation.field, message=violation.message) for violation in unfit]
    return BudgetList(budgets=list(map(BudgetBody.of, counters)), not_in_force=faults)


@put("/admin/budgets/{rule:str}", responses=documented(403, 413, 422, 503))
async def set_budget(
    rule: FromPath[str], data: JSONBody[BudgetOrderBody], caller: CallerOf, setting: NamedDependency[SetBudget]
) -> BudgetBody:
    """Set a budget, in force at once and over any other of its name; what the running window has spent counts.

    Of a rule with a counter for each user the answer shows the fullest one.
    """
    admin_only(caller)
    return BudgetBody.of(await setting(data.order(rule), caller=caller))


@delete("/admin/budgets/{rule:str}", status_code=200, responses=documented(403, 404, 409, 503))
async def remove_budget(
    rule: FromPath[str], caller: CallerOf, removing: NamedDependency[RemoveBudget]
) -> RemovedBudget:
    """Remove a budget that was set here; one of its name in the configuration is in force again.

    One that only the configuration has is 409: it is taken out there.
    """
    admin_only(caller)
    back = await removing(rule, caller=caller)
    return RemovedBudget(removed=rule, in_force=None if back is None else BudgetBody.of(back))


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its paths."""
    handlers = [list_budgets, set_budget, remove_budget]
    return Router("/api/v1", route_handlers=handlers, dependencies=dependencies, tags=["budgets"])
