"""Which service may use which model, and why not."""

from collections.abc import Collection
from dataclasses import dataclass

from domain.catalogue import ModelCapability, ModelCatalogue, ModelConfig, ModelTier
from domain.errors import ModelNotAllowed, ModelUnavailable, RetrievalNotSupported, UnknownService


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceModelPolicy:
    """The models that one service may use, its defaults in order of preference, its bounds."""

    service: str
    defaults: tuple[str, ...]
    tiers: frozenset[ModelTier] = frozenset()
    models: frozenset[str] = frozenset()
    requires: ModelCapability = ModelCapability.CHAT
    default_max_output_tokens: int = 1_000
    max_context_tokens: int = 4_000
    """What is retrieved may take so much of a prompt; less where the model's window is smaller."""
    max_attempts: int = 2
    timeout_seconds: float = 60.0

    def refusal(self, model: ModelConfig) -> str | None:
        """Why the model is not allowed here, or None where it is."""
        if not model.can(self.requires):
            return f"it lacks the capability {self.requires}"
        if model.tier not in self.tiers and model.model_id not in self.models:
            allowed = ", ".join(sorted((*self.tiers, *self.models)))
            return f"its tier {model.tier} is outside of what the policy allows ({allowed})"
        return None

    def output_bound(self, wanted: int | None, *, model: ModelConfig) -> int:
        """How long an answer of the model may be: as asked for, else the policy's, never more than it can."""
        bound = wanted or self.default_max_output_tokens
        return min(bound, model.max_output_tokens or bound)

    def allowed(self, catalogue: ModelCatalogue) -> tuple[ModelConfig, ...]:
        """Every model of the catalogue that this service may use, in the catalogue's order."""
        return tuple(model for model in catalogue if self.refusal(model) is None)

    def choose(
        self,
        model_id: str | None,
        *,
        catalogue: ModelCatalogue,
        providers: Collection[str],
        retrieval: bool = False,
    ) -> ModelConfig:
        """The model that serves: the one asked for, else the first default that a configured provider serves.

        With `retrieval`, only defaults that support it count.

        Raises: UnknownModel, ModelNotAllowed, RetrievalNotSupported, ModelUnavailable.
        """
        if model_id is None:
            return self._default(catalogue, providers, retrieval=retrieval)
        model = catalogue.get(model_id)
        why = self.refusal(model)
        if why is not None:
            names = tuple(m.model_id for m in self.allowed(catalogue))
            raise ModelNotAllowed(service=self.service, model_id=model_id, allowed=names, why=why)
        if retrieval and not model.supports_rag:
            raise RetrievalNotSupported(model_id)
        if model.provider not in providers:
            raise ModelUnavailable(
                "models", f"{model_id} is served by {model.provider}, which is not configured", model_id=model_id
            )
        return model

    def _default(self, catalogue: ModelCatalogue, providers: Collection[str], *, retrieval: bool) -> ModelConfig:
        for model_id in self.defaults:
            model = catalogue.get(model_id)
            if model.provider in providers and (model.supports_rag or not retrieval):
                return model
        wanted = f"default of {self.service}" + (" that supports retrieval" if retrieval else "")
        raise ModelUnavailable("models", f"no configured provider serves a {wanted} ({', '.join(self.defaults)})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePolicies:
    """The policies of all services."""

    policies: tuple[ServiceModelPolicy, ...]

    def of(self, service: str) -> ServiceModelPolicy:
        """The policy of that service. Raises: UnknownService."""
        for policy in self.policies:
            if policy.service == service:
                return policy
        raise UnknownService(service, tuple(policy.service for policy in self.policies))
