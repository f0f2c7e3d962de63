from adapters.memory.chat_model import ScriptedChatModel
from tests.http.service import Caller, Service, a_body

PLAIN = "/api/v1/strategy-builder"
GROUNDED = f"{PLAIN}/generate-with-rag"
VALID = """{"name": "RSI 반등", "description": "RSI가 30 아래면 산다", "type": "mean_reversion", "symbols": ["GOOG"],
 "timeframe": "1d", "indicators": [{"id": "rsi_1", "kind": "rsi", "source": null, "params": {"length": 14}}],
 "entry": {"match": "all", "conditions": [{"left": "rsi_1", "op": "<", "right": 30}]},
 "exit": {"match": "any", "conditions": [{"left": "rsi_1", "op": ">", "right": 70}]}, "direction": "long",
 "risk": {"position_fraction": 1, "stop_loss": 0.05, "take_profit": null, "max_holding_bars": null}}"""


def script(running: Service, *answers: str) -> ScriptedChatModel:
    model = ScriptedChatModel(*answers)
    running.container.model_providers().chat["openai"] = model
    return model


async def test_a_strategy_is_built_kept_and_accounted_for(running: Service, minji: Caller) -> None:
    script(running, VALID)
    built = await minji.post(PLAIN, {"request": "GOOG에서 RSI 14로 역추세 전략을 만들어줘"})
    assert built["strategy"]["indicators"] == [{"id": "rsi_1", "kind": "rsi", "source": None, "params": {"length": 14}}]
    assert built["contexts"] == []
    assert built["generation"]["model_id"] == "gpt-4o-mini"
    assert built["generation"]["prompt_version"] == "strategy_builder@1"
    assert built["generation"]["max_output_tokens"] == 4_000  # the policy's, since nothing else was asked for
    assert await minji.get(f"/api/v1/strategies/{built['strategy_id']}") == built
    assert (await minji.get("/api/v1/strategies"))["strategies"] == [built]
    entries = (await minji.get("/api/v1/gen-ai/usage/entries"))["entries"]
    (entry,) = [entry for entry in entries if entry["service"] == "strategy_builder"]
    assert entry["operation_id"] == built["generation"]["operation_id"]
    assert entry["cost_usd"] == built["generation"]["cost_usd"]


async def test_a_strategy_with_retrieval_names_the_contexts_it_used(running: Service, minji: Caller) -> None:
    await minji.record(a_body())
    await minji.until_indexed()
    model = script(running, VALID)
    built = await minji.post(GROUNDED, {"request": "예전에 잘된 RSI 전략처럼 만들어줘", "top_k": 3})
    (context,) = built["contexts"]
    assert (context["kind"], context["id"]) == ("backtest", "bt-2041")
    assert context["text"] in "".join(message.text for message in model.asked[0].prompt.messages)


async def test_a_strategy_that_is_wrong_is_repaired_with_its_violations(running: Service, minji: Caller) -> None:
    model = script(running, VALID.replace('"length": 14', '"length": 9999'), "no JSON at all", VALID)
    built = await minji.post(PLAIN, {"request": "RSI 전략"})
    assert built["generation"]["attempts"] == 3
    entries = (await minji.get("/api/v1/gen-ai/usage/entries?service=strategy_builder"))["entries"]
    assert [(row["operation_id"], row["attempt"]) for row in entries] == [
        (built["generation"]["operation_id"], attempt) for attempt in (3, 2, 1)
    ]
    said = model.asked[1].prompt.messages[-1].text
    assert "indicators[0].params.length" in said


async def test_after_two_repairs_the_violations_go_to_the_caller(running: Service, minji: Caller) -> None:
    wrong = VALID.replace('"right": 30', '"right": 300')
    script(running, wrong, wrong, wrong)
    problem = await minji.post(PLAIN, {"request": "RSI 전략"}, 502)
    assert problem["errors"][0]["field"] == "entry.conditions[0].right"
    entries = (await minji.get("/api/v1/gen-ai/usage/entries"))["entries"]
    assert len(entries) == 3


async def test_what_belongs_to_somebody_else_is_not_found(running: Service, minji: Caller, alex: Caller) -> None:
    script(running, VALID)
    built = await minji.post(PLAIN, {"request": "RSI 전략"})
    await alex.get(f"/api/v1/strategies/{built['strategy_id']}", 404)
    assert (await alex.get("/api/v1/strategies"))["strategies"] == []


async def test_models_outside_of_catalogue_and_policy_are_refused(minji: Caller) -> None:
    unknown = await minji.post(PLAIN, {"request": "RSI", "model_id": "gpt-9"}, 422)
    assert unknown["type"] == "urn:quantrail:problem:unknown-model"
    forbidden = await minji.post(PLAIN, {"request": "RSI", "model_id": "o1-preview"}, 403)
    assert "gpt-4o-mini" in forbidden["allowed"]
    assert (await minji.post(PLAIN, {"request": " "}, 422))["errors"][0]["field"] == "request"
    assert (await minji.post(PLAIN, {"request": "RSI", "language": "fr"}, 400))["errors"][0]["field"] == "language"
