"""`quantrail serve`."""

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import uvicorn

from application.use_cases.reload_configuration import ReloadConfiguration
from domain.audit import the_system
from domain.errors import DomainError, Refused
from entrypoints.cli.reach import Failed
from entrypoints.logs import configure_logs
from entrypoints.ownership import FolderOwned, Ownership, owning
from entrypoints.settings import Settings
from entrypoints.tracing import tracing

logger = logging.getLogger("quantrail.serve")
GRACE_SECONDS = 10
LAST_WORDS_SECONDS = 5
KEEP_ALIVE_SECONDS = 120
"""How long an idle connection is kept: longer than its other end keeps it (httpx 5, aiohttp 15, load balancers 60,
Go 90), which then closes first. Whoever closes first meets no request on its way: with uvicorn's 5 seconds a busy
service reset some that were."""


class Server(uvicorn.Server):
    """A server that says when it can be reached, and ends where it was started, so that what it used is closed."""

    def __init__(
        self, config: uvicorn.Config, announce: Callable[[], None], reload: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._announce = announce
        self._reload = reload
        self._reloading: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """From here on callers are answered and signals are heard; only now the address is told."""
        await super().startup(sockets)
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Those that are cut off after the grace settle what they began, before what they need for it is closed."""
        await super().shutdown(sockets)
        if self.server_state.tasks:
            await asyncio.wait(set(self.server_state.tasks), timeout=LAST_WORDS_SECONDS)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT stop the server, and are not raised again once it has stopped; SIGHUP reloads."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        loop.add_signal_handler(signal.SIGHUP, self._on_hangup)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)

    def _on_hangup(self) -> None:
        task = asyncio.ensure_future(self._reload())
        self._reloading.add(task)
        task.add_done_callback(self._reloading.discard)


def serve(settings: Settings) -> None:
    """Serves until it is told to stop. Raises: Failed."""
    configure_logs(settings)
    with contextlib.ExitStack() as stack:
        try:
            ownership = stack.enter_context(owning(settings.data_dir, "serve")) if settings.keeps_files else None
        except FolderOwned as error:
            raise Failed(str(error)) from error
        listener = stack.enter_context(_listen(settings))
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(_serve(settings, ownership, listener))


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port} (QUANTRAIL_HOST, QUANTRAIL_PORT)"
        raise Failed(f"cannot listen on {where}: {error.strerror or error}") from error
    return listener


async def _serve(settings: Settings, ownership: Ownership | None, listener: socket.socket) -> None:
    from entrypoints.container import build_container
    from entrypoints.http.app import alive, create_app
    from entrypoints.http.protocol import ProblemProtocol
    from entrypoints.http.stopping import told_when_cut_off

    container = build_container(settings, local_token=ownership.token if ownership else None)
    config = uvicorn.Config(
        told_when_cut_off(create_app(container)),
        lifespan="off",
        access_log=False,
        log_config=None,
        http=ProblemProtocol,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        server_header=False,
    )
    async with alive(container):
        secret = await container.key_use.admit_first_admin()(settings.admin_key)
        if secret is not None:
            _say(f"first admin key, shown this once: {secret}")
        reload = partial(_reload, container.rules.reload_configuration())
        await Server(config, partial(_announce, listener, ownership), reload).serve(sockets=[listener])
    _say("Quantrail has stopped")


async def _reload(reload: ReloadConfiguration) -> None:
    """The configuration file rules from now on, or the log says why not and nothing changes."""
    from entrypoints.rule_life import tell_unfit

    request_id = f"sighup-{secrets.token_hex(8)}"
    with tracing(request_id):
        try:
            reloaded = await reload(caller=the_system(request_id))
        except Refused as refused:
            wrong = [str(violation) for violation in refused.violations]
            logger.error("configuration_refused", extra={"violations": wrong})  # noqa: TRY400  # no bug, and told
        except DomainError as failure:
            logger.error("configuration_not_reloaded", extra={"code": failure.code})  # noqa: TRY400  # no bug, and told
        else:
            changed = {kind: list(names) for kind, names in reloaded.changed.items()}
            logger.info("configuration_reloaded", extra={"version": reloaded.after.version, "changed": changed})
            tell_unfit(reloaded.after)


def _announce(listener: socket.socket, ownership: Ownership | None) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if ownership is not None:
        ownership.answers_at(url)
    _say(f"Quantrail serves on {url} (the API to try: {url}/schema)")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
