"""`quantrail serve`, the real one, that dies at a moment of indexing.

    python -m tests.crash.indexing_victim --moments FILE --diary FILE

It ends with the process that started it. While no moment is set it is the service and nothing else.
"""

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import Any

from dependency_injector import providers

from application.ports.system import Ids
from entrypoints.cli.main import main as quantrail
from entrypoints.container import Container
from entrypoints.container.models import build_models
from entrypoints.container.stores import build_stores, build_vectors
from entrypoints.parts import Models, Stores, Vectors
from entrypoints.settings import Settings
from tests.crash.moments import Moments, Stepping, ToldCache, ToldEmbedder
from tests.crash.victim import end_with


def wrap(moments: Moments, diary: Path) -> None:
    """Every container that is made from now on has parts that may be the last ones asked."""

    def stores(settings: Settings, ids: Ids) -> Stores:
        made: Any = build_stores(settings, ids)
        made.queue = Stepping(made.queue, moments)
        made.cache = ToldCache(made.cache, moments, diary)
        return made  # type: ignore[no-any-return]  # the same stores, two of them wrapped

    def vectors(settings: Settings) -> Vectors:
        made = build_vectors(settings)
        store: Any = Stepping(made.store, moments)
        return Vectors(store=store)

    def models(settings: Settings) -> Models:
        made = build_models(settings)
        wrapped: Any = {name: ToldEmbedder(inner, moments, diary) for name, inner in made.embedding.items()}
        made.embedding.update(wrapped)
        return made

    Container.stores.override(providers.Singleton(stores, Container.settings, Container.ids))
    Container.vectors.override(providers.Singleton(vectors, Container.settings))
    Container.model_providers.override(providers.Singleton(models, Container.settings))


def main() -> int:
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    parser = argparse.ArgumentParser(description="The service, for tests that kill it while it indexes.")
    parser.add_argument("--moments", type=Path, required=True)
    parser.add_argument("--diary", type=Path, required=True)
    options = parser.parse_args()
    wrap(Moments(options.moments), options.diary)
    return quantrail(["serve"])


if __name__ == "__main__":
    sys.exit(main())
