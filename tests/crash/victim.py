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

from application import attempt
from application.ports.system import Ids
from entrypoints import ledger_life
from entrypoints.cli.main import main as quantrail
from entrypoints.container import Container
from entrypoints.container.models import build_models
from entrypoints.container.stores import build_stores
from entrypoints.parts import Models, Stores
from entrypoints.settings import Settings
from tests.crash.mortal import MortalChatModel, MortalEmbedder, MortalLedger, Sent
from tests.crash.points import Point, Trap
from tests.crash.statements import Statements


def wrap(trap: Trap, invoice: Path) -> None:
    """Every container that is made from now on has mortal parts."""
    statements, sent = Statements(trap), Sent(trap, invoice)
    statements.watch()

    def stores(settings: Settings, ids: Ids) -> Stores:
        made = build_stores(settings, ids)
        made.ledger = MortalLedger(made.ledger, trap, statements)  # type: ignore[misc]  # both kinds keep it in a plain attribute
        start = made.start

        async def started() -> None:
            await start()
            trap.reached(Point.STARTING)

        made.start = started  # type: ignore[method-assign]  # of this one object
        return made

    def models(settings: Settings) -> Models:
        made = build_models(settings)
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
    parser.add_argument("--settling", type=float, default=attempt.SETTLING_SECONDS)
    parser.add_argument("--sweeping", type=float, default=ledger_life.SWEEP_SECONDS)
    options = parser.parse_args()
    attempt.SETTLING_SECONDS, ledger_life.SWEEP_SECONDS = options.settling, options.sweeping
    if options.trap:
        wrap(Trap(options.trap), options.invoice)
    return quantrail(["serve"])


if __name__ == "__main__":
    sys.exit(main())
