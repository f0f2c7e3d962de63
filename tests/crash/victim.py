"""`quantrail serve`, the real one, with parts that kill the process where they are told to.

    python -m tests.crash.victim --trap FILE --invoice FILE [--settling SECONDS] [--sweeping SECONDS]

It ends with the process that started it. Without a trap it is the service and nothing else.
"""

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path

from dependency_injector import providers

from application import meter
from application.ports.system import Ids
from entrypoints import container as composition
from entrypoints import life
from entrypoints.cli.main import main as quantrail
from entrypoints.container import Container
from entrypoints.parts import Models, Stores
from entrypoints.settings import Settings
from tests.crash.mortal import MortalChatModel, MortalEmbedder, MortalLedger, Sent
from tests.crash.points import Point, Trap
from tests.crash.statements import Statements


def wrap(trap: Trap, invoice: Path) -> None:
    """Every container that is made from now on has mortal parts."""
    statements, sent = Statements(trap), Sent(trap, invoice)
    statements.watch()
    make_stores, make_models = composition._stores, composition._models  # noqa: SLF001  # what the container is made of

    def stores(settings: Settings, ids: Ids) -> Stores:
        made = make_stores(settings, ids)  # type: ignore[arg-type]  # the container gives it what it asks for
        made.ledger = MortalLedger(made.ledger, trap, statements)  # type: ignore[misc]  # both kinds keep it in a plain attribute
        start = made.start

        async def started() -> None:
            await start()
            trap.reached(Point.STARTING)

        made.start = started  # type: ignore[method-assign]  # of this one object
        return made

    def models(settings: Settings) -> Models:
        made = make_models(settings)
        made.chat.update({name: MortalChatModel(inner, trap, sent) for name, inner in made.chat.items()})
        made.embedding.update({name: MortalEmbedder(inner, sent) for name, inner in made.embedding.items()})
        return made

    Container.stores.override(providers.Singleton(stores, Container.settings, Container.ids))
    Container.model_providers.override(providers.Singleton(models, Container.settings))


def end_with(parent: int) -> None:
    """A thread and not a signal of the system: that one comes when the thread that started us ends."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    parser = argparse.ArgumentParser(description="The service, for tests that kill it.")
    parser.add_argument("--trap", type=Path)
    parser.add_argument("--invoice", type=Path)
    parser.add_argument("--settling", type=float, default=meter.SETTLING_SECONDS)
    parser.add_argument("--sweeping", type=float, default=life.SWEEP_SECONDS)
    options = parser.parse_args()
    meter.SETTLING_SECONDS, life.SWEEP_SECONDS = options.settling, options.sweeping
    if options.trap:
        wrap(Trap(options.trap), options.invoice)
    return quantrail(["serve"])


if __name__ == "__main__":
    sys.exit(main())
