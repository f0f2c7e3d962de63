"""The use cases that remove what is kept, over parts of the container."""

from dependency_injector import containers, providers

from application.bodies import BodyDesk
from application.doors import UserDoors
from application.erasing import UserErasing
from application.ports.governance import GovernanceSource
from application.ports.signal import Signal
from application.ports.system import Clock, Ids
from application.ports.vector_store import VectorStoreUpkeep
from application.use_cases.back_up_database import BackUpDatabase
from application.use_cases.erase_user import EraseUser
from application.use_cases.prune_backtests import PruneBacktests
from application.use_cases.restore_database import RestoreDatabase
from application.use_cases.resume_erasures import ResumeErasures
from application.watching import FRESH_SECONDS, Watch
from entrypoints.parts import StartedRateLimiter, Stores
from entrypoints.settings import Settings

HEARING_SECONDS = 2 * FRESH_SECONDS
"""So long after an erasure begins every other process has heard of it, or lets nobody in."""


def _hearing_seconds(settings: Settings) -> float:
    """No other process writes to a file of ours, or to this memory."""
    return HEARING_SECONDS if settings.database_url.startswith("postgresql") else 0.0


class KeepingUseCases(containers.DeclarativeContainer):
    """Each of them once."""

    stores: providers.Dependency[Stores] = providers.Dependency()
    vectors: providers.Dependency[VectorStoreUpkeep] = providers.Dependency()
    limiter: providers.Dependency[StartedRateLimiter] = providers.Dependency()
    bodies: providers.Dependency[BodyDesk] = providers.Dependency()
    doors: providers.Dependency[UserDoors] = providers.Dependency()
    watch: providers.Dependency[Watch] = providers.Dependency()
    settings: providers.Dependency[Settings] = providers.Dependency()
    governance: providers.Dependency[GovernanceSource] = providers.Dependency()
    work: providers.Dependency[Signal] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()

    erasing = providers.Singleton(
        UserErasing,
        eraser=stores.provided.eraser,
        vectors=vectors,
        limiter=limiter,
        desk=bodies,
        doors=doors,
        watch=watch,
        clock=clock,
        ids=ids,
        hearing_seconds=providers.Callable(_hearing_seconds, settings),
    )
    erase_user = providers.Singleton(EraseUser, erasing=erasing)
    back_up_database = providers.Singleton(
        BackUpDatabase, backups=stores.provided.backups, trail=stores.provided.audit, clock=clock, ids=ids
    )
    restore_database = providers.Singleton(
        RestoreDatabase, backups=stores.provided.backups, trail=stores.provided.audit, clock=clock, ids=ids
    )
    prune_backtests = providers.Singleton(
        PruneBacktests,
        pruning=stores.provided.outliving,
        trail=stores.provided.audit,
        governance=governance,
        work=work,
        clock=clock,
        ids=ids,
    )
    resume_erasures = providers.Singleton(ResumeErasures, erasing=erasing)
