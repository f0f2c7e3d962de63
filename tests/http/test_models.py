from tests.http.service import Caller

MODELS = "/api/v1/gen-ai/models"
PLAN = {"gpt-4o-mini": "mini", "gpt-4o": "standard", "gpt-4-turbo": "advanced", "o1-preview": "premium"}


async def test_the_catalogue_lists_the_models_with_tier_and_dated_price(minji: Caller) -> None:
    answer = await minji.get(MODELS)
    models = {model["model_id"]: model for model in answer["models"]}
    assert {name: models[name]["tier"] for name in PLAN} == PLAN
    mini = models["gpt-4o-mini"]
    assert (mini["input_price_per_1m"], mini["output_price_per_1m"]) == ("0.15", "0.6")
    assert mini["prices_valid_from"] is not None
    assert mini["available"] is True
    assert models["smollm2-135m-instruct"]["available"] is False
    embedding = models["text-embedding-3-small"]
    assert (embedding["output_price_per_1m"], embedding["max_output_tokens"]) == (None, None)
    assert answer["catalogue_version"]


async def test_tier_and_capability_narrow_the_list(minji: Caller) -> None:
    mini = await minji.get(f"{MODELS}?tier=mini&capability=strategy_design")
    assert mini["models"]
    for model in mini["models"]:
        assert model["tier"] == "mini"
        assert "strategy_design" in model["capabilities"]
    await minji.get(f"{MODELS}?tier=huge", 400)


async def test_a_service_has_its_default_and_its_models(minji: Caller) -> None:
    builder = await minji.get(f"{MODELS}/strategy_builder")
    assert builder["default_model"] == "gpt-4o-mini"
    assert {model["tier"] for model in builder["models"]} == {"mini", "standard"}
    assert (await minji.get(f"{MODELS}/chatops"))["default_model"] == "gpt-4o"
    memory = await minji.get(f"{MODELS}/memory")
    assert memory["default_model"] == "hashed-words"
    assert all("embedding" in model["capabilities"] for model in memory["models"])
    await minji.get(f"{MODELS}/astrology", 404)
