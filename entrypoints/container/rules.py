"""The use cases on rules that change while the service runs, over parts of the container."""

from collections.abc import Collection

from dependency_injector import containers, providers

from application.ports.governance import ConfigurationSource, GovernanceHolder
from application.ports.price_list import PriceList
from application.ports.system import Clock, Ids
from application.ruling import Ruling
from application.use_cases.apply_prices import ApplyPrices
from application.use_cases.follow_rules import FollowRules
from application.use_cases.reload_configuration import ReloadConfiguration
from application.use_cases.remove_budget import RemoveBudget
from application.use_cases.review_prices import ReviewPrices
from application.use_cases.set_budget import SetBudget
from application.use_cases.show_budgets import ShowBudgets
from application.use_cases.warn_of_budgets import WarnOfBudgets
from application.use_cases.warn_of_old_prices import WarnOfOldPrices
from entrypoints.parts import Stores


class RuleUseCases(containers.DeclarativeContainer):
    """Each of them once."""

    stores: providers.Dependency[Stores] = providers.Dependency()
    configuration: providers.Dependency[ConfigurationSource] = providers.Dependency()
    governance: providers.Dependency[GovernanceHolder] = providers.Dependency()
    ruling: providers.Dependency[Ruling] = providers.Dependency()
    prices: providers.Dependency[PriceList] = providers.Dependency()
    embedding_providers: providers.Dependency[Collection[str]] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()

    show_budgets = providers.Singleton(ShowBudgets, governance=governance, report=stores.provided.report, clock=clock)
    set_budget = providers.Singleton(SetBudget, ruling=ruling, report=stores.provided.report, clock=clock, ids=ids)
    remove_budget = providers.Singleton(
        RemoveBudget, ruling=ruling, report=stores.provided.report, clock=clock, ids=ids
    )
    follow_rules = providers.Singleton(FollowRules, ruling=ruling)
    review_prices = providers.Singleton(ReviewPrices, governance=governance, prices=prices, clock=clock)
    apply_prices = providers.Singleton(ApplyPrices, ruling=ruling, prices=prices, clock=clock, ids=ids)
    warn_of_budgets = providers.Singleton(
        WarnOfBudgets, governance=governance, report=stores.provided.report, clock=clock
    )
    warn_of_old_prices = providers.Singleton(WarnOfOldPrices, governance=governance, clock=clock)
    reload_configuration = providers.Singleton(
        ReloadConfiguration,
        source=configuration,
        ruling=ruling,
        trail=stores.provided.audit,
        clock=clock,
        ids=ids,
        embedding_providers=embedding_providers,
    )
