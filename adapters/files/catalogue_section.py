"""The section `catalogue`: every model, what it can do, what it costs since when."""

from decimal import Decimal

from adapters.files.section import A_WORD, WORD, Section
from domain.catalogue import (
    PRICE_DECIMALS,
    CachedTokens,
    ModelCapability,
    ModelCatalogue,
    ModelConfig,
    ModelTier,
    SystemRole,
    TokenPrice,
)
from domain.language import Language

MODEL_ID = r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}"
MAX_DIMENSIONS = 100_000


def read_catalogue(section: Section | None) -> tuple[ModelCatalogue, frozenset[str]]:
    """The catalogue, and the ids of those models in which nothing is wrong."""
    if section is None:
        return ModelCatalogue(version="", models=()), frozenset()
    version = section.text("version")
    listed = section.section("models")
    models, sound = [], set()
    for model_id, member in listed.named() if listed else ():
        models.append(_model(model_id, member))
        if not section.report.mentions(member.path):
            sound.add(model_id)
    section.close()
    return ModelCatalogue(version=version, models=tuple(models)), frozenset(sound)


def _model(model_id: str, section: Section) -> ModelConfig:
    section.is_named(model_id, MODEL_ID, "letters, digits and . _ : / @ + -")
    capabilities = section.choices("capabilities", ModelCapability)
    model = ModelConfig(
        model_id=model_id,
        provider=section.text("provider", accepts=WORD, meaning=A_WORD),
        tier=section.choice("tier", ModelTier),
        capabilities=capabilities,
        context_window=section.whole("context_window", least=1),
        max_output_tokens=section.whole("max_output_tokens", least=0, default=0),
        free=section.flag("free", default=False),
        prices=tuple(_price(price, capabilities) for price in section.sections("prices")),
        languages=tuple(sorted(section.choices("languages", Language, required=False))),
        supports_rag=section.flag("supports_rag", default=False),
        description=section.text("description", default=""),
        dimensions=section.whole("dimensions", least=0, most=MAX_DIMENSIONS, default=0) or None,
        encoding=section.text("encoding", default="o200k_base", accepts=WORD, meaning=A_WORD),
        token_parameter=section.text(
            "token_parameter",
            default="max_completion_tokens",
            accepts="max_tokens|max_completion_tokens",
            meaning="max_tokens or max_completion_tokens",
        ),
        system_role=section.choice("system_role", SystemRole, default=SystemRole.SYSTEM),
        takes_temperature=section.flag("takes_temperature", default=True),
        in_process=section.flag("in_process", default=False),
        cached_tokens=section.choice("cached_tokens", CachedTokens, default=CachedTokens.INCLUDED),
    )
    section.close()
    if section.is_sound("capabilities", "context_window", "max_output_tokens", "dimensions"):
        _check_kind(model, section)
    _check_prices(model, section)
    return model


def _price(section: Section, capabilities: frozenset[ModelCapability]) -> TokenPrice:
    output = "output_usd_per_mtok"
    if ModelCapability.EMBEDDING in capabilities and section.has(output):
        section.wrong(output, "is only for models with the capability chat")
    price = TokenPrice(
        valid_from=section.day("valid_from"),
        source=section.text("source"),
        input_usd_per_mtok=section.decimal("input_usd_per_mtok", decimals=PRICE_DECIMALS) or Decimal(0),
        output_usd_per_mtok=section.decimal(
            output, decimals=PRICE_DECIMALS, required=ModelCapability.CHAT in capabilities
        ),
        cached_input_usd_per_mtok=section.decimal("cached_input_usd_per_mtok", decimals=PRICE_DECIMALS, required=False),
        cache_write_usd_per_mtok=section.decimal("cache_write_usd_per_mtok", decimals=PRICE_DECIMALS, required=False),
    )
    section.close()
    return price


def _check_kind(model: ModelConfig, section: Section) -> None:
    """A chat model writes and has no dimensions; an embedding model has them and writes nothing."""
    chats, embeds = model.can(ModelCapability.CHAT), model.can(ModelCapability.EMBEDDING)
    if model.capabilities and chats == embeds:
        section.wrong("capabilities", "must have either chat or embedding")
    elif chats and not 1 <= model.max_output_tokens <= model.context_window:
        section.wrong("max_output_tokens", f"must be from 1 to the context window, and is {model.max_output_tokens}")
    elif chats and model.dimensions:
        section.wrong("dimensions", "is only for models with the capability embedding")
    elif embeds and not model.dimensions:
        section.wrong("dimensions", "is missing: how long the vectors of this model are")
    elif embeds and model.max_output_tokens:
        section.wrong("max_output_tokens", "is only for models with the capability chat")


def _check_prices(model: ModelConfig, section: Section) -> None:
    """A missing price must never be read as 0."""
    if model.free == section.has("prices"):
        problem = "is declared free and has prices" if model.free else "has no price and is not declared free"
        section.wrong("prices", f"{model.model_id} {problem}; state its prices or `free: true`")
    days = [price.valid_from for price in model.prices]
    for i, day in enumerate(days):
        if days.index(day) < i and section.is_sound("prices"):
            section.wrong("prices", f"has two prices valid from {day}")
