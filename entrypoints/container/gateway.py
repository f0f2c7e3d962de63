"""What passes requests on in the words of OpenAI's interface, over parts of the container."""

from dependency_injector import containers, providers

from application.composing import ComposedRelay
from application.limiting import Limits
from application.meter import Meter
from application.ports.chat_relay import ChatRelay
from application.ports.system import Clock, Ids
from application.ports.tokenizer import Tokenizer
from application.relaying import MeteredRelay
from entrypoints.parts import Models


def _relays(models: Models, ids: Ids, clock: Clock) -> dict[str, ChatRelay]:
    """Providers in the words of OpenAI's interface: as they speak it themselves, else composed."""
    return {
        name: models.relays.get(name) or ComposedRelay(model=model, ids=ids, clock=clock)
        for name, model in models.chat.items()
    }


class GatewayUseCases(containers.DeclarativeContainer):
    """Each of them once."""

    models: providers.Dependency[Models] = providers.Dependency()
    meter: providers.Dependency[Meter] = providers.Dependency()
    limits: providers.Dependency[Limits] = providers.Dependency()
    tokenizer: providers.Dependency[Tokenizer] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()

    relay = providers.Singleton(
        MeteredRelay,
        meter=meter,
        limits=limits,
        relays=providers.Singleton(_relays, models, ids, clock),
        tokenizer=tokenizer,
    )
