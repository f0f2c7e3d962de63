"""`/api/v1/gen-ai/models`: which models there are, and which a service may use."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from application.use_cases.list_models import ListedModel, ListModels
from domain.catalogue import ModelCapability, ModelTier
from domain.errors import NotFound, UnknownService
from entrypoints.http.generation_body import money
from entrypoints.http.problems import documented
from entrypoints.http.wiring import CallerOf


class ModelBody(msgspec.Struct, frozen=True, kw_only=True):
    """A model. Prices are USD per million tokens, as decimal strings; `available` says whether it is served now."""

    model_id: str
    provider: str
    tier: str
    capabilities: list[str]
    context_window: int
    max_output_tokens: int | None
    input_price_per_1m: str | None
    cached_input_price_per_1m: str | None
    cache_write_price_per_1m: str | None
    output_price_per_1m: str | None
    prices_valid_from: date | None
    languages: list[str]
    supports_rag: bool
    available: bool
    description: str


class ModelList(msgspec.Struct, frozen=True, kw_only=True):
    """The catalogue."""

    catalogue_version: str
    models: list[ModelBody]


class ServiceModelsBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a service may use, and which model serves where none is named."""

    service: str
    default_model: str | None
    models: list[ModelBody]


def _body(listed: ListedModel) -> ModelBody:
    model = listed.model
    price = listed.price
    embedding = model.can(ModelCapability.EMBEDDING)
    return ModelBody(
        model_id=model.model_id,
        provider=model.provider,
        tier=model.tier,
        capabilities=sorted(model.capabilities),
        context_window=model.context_window,
        max_output_tokens=None if embedding else model.max_output_tokens,
        input_price_per_1m=_amount(price.input_usd_per_mtok if price else None),
        cached_input_price_per_1m=_amount(price.cached_input_usd_per_mtok if price else None),
        cache_write_price_per_1m=_amount(price.cache_write_usd_per_mtok if price else None),
        output_price_per_1m=None if embedding else _amount(price.output_usd_per_mtok if price else None),
        prices_valid_from=None if price is None or model.free else price.valid_from,
        languages=list(model.languages),
        supports_rag=model.supports_rag,
        available=listed.available,
        description=model.description,
    )


def _amount(price: Decimal | None) -> str | None:
    return None if price is None else money(price)


@get("/", responses=documented())
async def list_models(
    *,
    caller: CallerOf,
    models: NamedDependency[ListModels],
    tier: Annotated[ModelTier | None, QueryParameter(description="Only this tier")] = None,
    capability: Annotated[ModelCapability | None, QueryParameter(description="Only with this capability")] = None,
) -> ModelList:
    """The model catalogue with prices."""
    shown = [_body(listed) for listed in models(tier=tier, capability=capability)]
    return ModelList(catalogue_version=models.version(), models=shown)


@get("/{service_name:str}", responses=documented(404))
async def list_service_models(
    service_name: FromPath[str], caller: CallerOf, models: NamedDependency[ListModels]
) -> ServiceModelsBody:
    """What one service may use."""
    try:
        allowed = models.of_service(service_name)
    except UnknownService as error:
        raise NotFound("service", service_name) from error
    return ServiceModelsBody(
        service=allowed.service,
        default_model=allowed.default_model,
        models=[_body(listed) for listed in allowed.models],
    )


def router(dependencies: dict[str, Any]) -> Router:
    """All of it, under its path."""
    handlers = [list_models, list_service_models]
    return Router("/api/v1/gen-ai/models", route_handlers=handlers, dependencies=dependencies, tags=["models"])
