"""Read which models there are, and which a service may use."""

from collections.abc import Collection
from dataclasses import dataclass

from application.ports.governance import GovernanceSource
from application.ports.system import Clock
from domain.catalogue import ModelCapability, ModelConfig, ModelTier, TokenPrice
from domain.errors import ModelUnavailable, UnpricedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model, its price in force (None where it has none), and whether a configured provider serves it."""

    model: ModelConfig
    price: TokenPrice | None
    available: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceModels:
    """What a service may use; `default_model` is the one that serves now, None where no provider serves a default."""

    service: str
    default_model: str | None
    models: tuple[ListedModel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListModels:
    """The catalogue as a caller may use it."""

    governance: GovernanceSource
    clock: Clock
    chat_providers: Collection[str]
    embedding_providers: Collection[str]

    def version(self) -> str:
        """The catalogue's version."""
        return self.governance.current().catalogue.version

    def __call__(
        self, *, tier: ModelTier | None = None, capability: ModelCapability | None = None
    ) -> tuple[ListedModel, ...]:
        return tuple(map(self._listed, self.governance.current().catalogue.select(tier=tier, capability=capability)))

    def of_service(self, service: str) -> ServiceModels:
        """What that service may use. Raises: UnknownService."""
        rules = self.governance.current()
        policy = rules.policies.of(service)
        try:
            providers = self._providers(policy.requires)
            default = policy.choose(None, catalogue=rules.catalogue, providers=providers).model_id
        except ModelUnavailable:
            default = None
        models = tuple(map(self._listed, policy.allowed(rules.catalogue)))
        return ServiceModels(service=service, default_model=default, models=models)

    def _listed(self, model: ModelConfig) -> ListedModel:
        wanted = ModelCapability.EMBEDDING if model.can(ModelCapability.EMBEDDING) else ModelCapability.CHAT
        available = model.provider in self._providers(wanted)
        return ListedModel(model=model, price=self._price(model), available=available)

    def _price(self, model: ModelConfig) -> TokenPrice | None:
        try:
            return model.price_at(self.clock.now())
        except UnpricedModel:
            return None

    def _providers(self, capability: ModelCapability) -> Collection[str]:
        return self.embedding_providers if capability is ModelCapability.EMBEDDING else self.chat_providers
