"""The use cases of the index as a whole, as a part of the container."""

import secrets

from dependency_injector import containers, providers

from application.building import Builds
from application.memory import BacktestMemory
from application.metering import MeteredEmbedder
from application.opening import StoreRoom
from application.ports.signal import Signal
from application.ports.system import Clock, Ids
from application.spaces import Spaces
from application.surveying import Survey
from application.switching import SwitchingVectorStore
from application.use_cases.build_index import BuildIndex
from application.use_cases.drop_spaces import DropSpaces
from application.use_cases.migrate_index import MigrateIndex
from application.use_cases.open_index import OpenIndex
from application.use_cases.rebuild_index import RebuildIndex
from application.use_cases.show_index import ShowIndex
from application.use_cases.stop_build import StopBuild
from application.use_cases.verify_index import VerifyIndex
from entrypoints.container.stores import StoresBySettings
from entrypoints.parts import Stores
from entrypoints.settings import Settings


class IndexUseCases(containers.DeclarativeContainer):
    """Each of them once."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    stores: providers.Dependency[Stores] = providers.Dependency()
    spaces: providers.Dependency[Spaces] = providers.Dependency()
    vectors: providers.Dependency[SwitchingVectorStore] = providers.Dependency()
    memory: providers.Dependency[BacktestMemory] = providers.Dependency()
    embedder: providers.Dependency[MeteredEmbedder] = providers.Dependency()
    work: providers.Dependency[Signal] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()

    by_settings = providers.Singleton(StoresBySettings, settings=settings)
    room = providers.Singleton(StoreRoom, vectors=vectors, opener=by_settings)
    builds = providers.Singleton(
        Builds,
        store=stores.provided.spaces,
        building=stores.provided.building,
        embedder=embedder,
        clock=clock,
        ids=ids,
    )
    survey = providers.Singleton(
        Survey,
        census=stores.provided.census,
        vectors=vectors,
        queries=stores.provided.queries,
        cache=stores.provided.cache,
    )
    open_index = providers.Singleton(
        OpenIndex,
        store=stores.provided.spaces,
        building=stores.provided.building,
        spaces=spaces,
        queue=stores.provided.queue,
        embedder=embedder,
        clock=clock,
    )
    build_index = providers.Singleton(
        BuildIndex,
        building=stores.provided.building,
        contents=stores.provided.contents,
        memory=memory,
        room=room,
        clock=clock,
        ids=ids,
        builder=secrets.token_hex(8),
    )
    drop_spaces = providers.Singleton(DropSpaces, store=stores.provided.spaces, vectors=vectors, clock=clock)
    rebuild_index = providers.Singleton(RebuildIndex, builds=builds, room=room)
    migrate_index = providers.Singleton(MigrateIndex, builds=builds, room=room)
    stop_build = providers.Singleton(
        StopBuild, store=stores.provided.spaces, building=stores.provided.building, clock=clock, ids=ids
    )
    show_index = providers.Singleton(
        ShowIndex,
        spaces=spaces,
        report=stores.provided.build_report,
        census=stores.provided.census,
        vectors=vectors,
        survey=survey,
        places=by_settings,
    )
    verify_index = providers.Singleton(
        VerifyIndex,
        spaces=spaces,
        survey=survey,
        census=stores.provided.census,
        trail=stores.provided.audit,
        work=work,
        clock=clock,
        ids=ids,
    )
