"""The use cases of the book of calls, as a part of the container."""

from dependency_injector import containers, providers

from application.bodies import BodyDesk
from application.doors import UserDoors
from application.ports.governance import GovernanceSource
from application.ports.system import Clock
from application.use_cases.prune_bodies import PruneBodies
from application.use_cases.prune_ledger import PruneLedger
from application.use_cases.reconcile_ledger import ReconcileLedger
from application.use_cases.report_usage import ReportUsage
from application.use_cases.settle_overdue_calls import SettleOverdueCalls
from application.use_cases.show_body import ShowBody
from application.use_cases.store_bodies import StoreBodies
from application.use_cases.verify_ledger import VerifyLedger
from entrypoints.parts import Stores


class LedgerUseCases(containers.DeclarativeContainer):
    """Each of them once."""

    stores: providers.Dependency[Stores] = providers.Dependency()
    governance: providers.Dependency[GovernanceSource] = providers.Dependency()
    bodies: providers.Dependency[BodyDesk] = providers.Dependency()
    doors: providers.Dependency[UserDoors] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()

    settle_overdue_calls = providers.Singleton(SettleOverdueCalls, ledger=stores.provided.ledger, clock=clock)
    prune_ledger = providers.Singleton(PruneLedger, ledger=stores.provided.pruning, governance=governance, clock=clock)
    verify_ledger = providers.Singleton(VerifyLedger, ledger=stores.provided.books, prices=stores.provided.reckoning)
    report_usage = providers.Singleton(ReportUsage, report=stores.provided.report)
    reconcile_ledger = providers.Singleton(ReconcileLedger, report=stores.provided.report, governance=governance)
    store_bodies = providers.Singleton(StoreBodies, desk=bodies, store=stores.provided.bodies, doors=doors)
    prune_bodies = providers.Singleton(PruneBodies, store=stores.provided.bodies, governance=governance, clock=clock)
    show_body = providers.Singleton(ShowBody, store=stores.provided.bodies)
