"""A good configuration, and what is said where one place of it is not."""

GOOD = """\
catalogue:
  version: "2026-11-09"
  models:
    gpt-4o:
      provider: openai
      tier: standard
      capabilities: [chat, json_schema]
      context_window: 128000
      max_output_tokens: 16384
      prices:
        - valid_from: 2024-10-02
          source: genai-prices
          input_usd_per_mtok: "2.50"
          output_usd_per_mtok: "10"
    e5:
      provider: e5
      tier: mini
      capabilities: [embedding]
      context_window: 512
      dimensions: 384
      free: true
policies:
  strategy_builder: {tiers: [standard], defaults: [gpt-4o]}
  narrative_report: {tiers: [standard], defaults: [gpt-4o]}
  chatops: {tiers: [mini, standard], defaults: [gpt-4o], max_attempts: 3, timeout_seconds: 30}
  prompt_governance: {models: [gpt-4o], defaults: [gpt-4o]}
  gateway: {tiers: [standard], defaults: [gpt-4o]}
  memory: {tiers: [mini], requires: embedding, defaults: [e5]}
budgets:
  팀-한도:
    unit: usd
    limit: "20"
    period: month
    timezone: Asia/Seoul
    service: chatops
retention:
  store_bodies: true
  bodies_days: 7
rate_limits:
  사용자마다:
    each: user
    requests_per_minute: 60
    concurrent: 4
"""
MODEL = "catalogue.models.gpt-4o"
EMBEDDER = "catalogue.models.e5"
BUDGET = "budgets['팀-한도']"
RATE = "rate_limits['사용자마다']"
TABLE = [
    # what stands there, what stands there instead, and what is said of it
    (
        "defaults: [gpt-4o], max",
        "defaults: [gpt-4oo], max",
        "policies.chatops.defaults[0]: no model 'gpt-4oo' in the catalogue; did you mean 'gpt-4o'?",
    ),
    (
        "models: [gpt-4o]",
        "models: [gpt-4o, 작은모델]",
        "policies.prompt_governance.models[1]: no model '작은모델' in the catalogue",
    ),
    (
        "defaults: [gpt-4o], max",
        "defaults: [e5], max",
        "policies.chatops.defaults[0]: e5 is not allowed by this policy: it lacks the capability chat",
    ),
    (
        "tiers: [mini, standard], defaults",
        "tiers: [mini], defaults",
        (
            "policies.chatops.defaults[0]: gpt-4o is not allowed by this policy: its tier standard is outside of what "
            "the policy allows (mini)"
        ),
    ),
    ("defaults: [gpt-4o], max", "defaults: [], max", "policies.chatops.defaults: must not be empty"),
    (" defaults: [gpt-4o], max", " max", "policies.chatops.defaults: is missing"),
    (
        "defaults: [gpt-4o], max",
        "defaults: [gpt-4o, gpt-4o], max",
        "policies.chatops.defaults[1]: names 'gpt-4o' a second time",
    ),
    ("defaults: [gpt-4o], max", "defaults: gpt-4o, max", "policies.chatops.defaults: must be a list, not text"),
    ("defaults: [gpt-4o], max", "defaults: [4], max", "policies.chatops.defaults[0]: must be text, not a number"),
    (
        "tiers: [mini, standard]",
        "tiers: [mini, standart]",
        (
            "policies.chatops.tiers[1]: must be one of mini, standard, advanced, premium, not 'standart'; "
            "did you mean 'standard'?"
        ),
    ),
    (
        "models: [gpt-4o], ",
        "",
        "policies.prompt_governance.tiers: is missing, and so is models: one of them must say what is allowed",
    ),
    (
        "requires: embedding",
        "requires: embeddings",
        (
            "policies.memory.requires: must be one of chat, streaming, json_schema, tools, vision, reasoning, "
            "strategy_design, embedding, not 'embeddings'; did you mean 'embedding'?"
        ),
    ),
    (
        "max_attempts: 3",
        "max_attempts: 0",
        "policies.chatops.max_attempts: must be a whole number from 1 to 10, not '0'",
    ),
    (
        "timeout_seconds: 30",
        "timeout_seconds: -1",
        "policies.chatops.timeout_seconds: must be more than 0, with at most 3 decimals, such as '0.15', not '-1'",
    ),
    ("timeout_seconds: 30", "timeout_seconds: 601", "policies.chatops.timeout_seconds: must be at most 600, not '601'"),
    ("  memory: {", "  memori: {", "policies.memory: is missing: this service calls models"),
    (
        "  gateway: {",
        "  Gate way: {",
        "policies['Gate way']: must be named with a lower-case word of letters, digits and _, not 'Gate way'",
    ),
    (
        "  gateway: {tiers: [standard], defaults: [gpt-4o]}",
        "  gateway: open",
        "policies.gateway: must be a mapping, not text",
    ),
    (
        "max_attempts: 3",
        "max_atempts: 3",
        (
            "policies.chatops.max_atempts: is not known here (known: models, defaults, tiers, requires, "
            "default_max_output_tokens, max_context_tokens, max_attempts, timeout_seconds); "
            "did you mean 'max_attempts'?"
        ),
    ),
    ("tier: standard", "tier: huge", f"{MODEL}.tier: must be one of mini, standard, advanced, premium, not 'huge'"),
    ("      tier: standard\n", "", f"{MODEL}.tier: is missing"),
    ("      tier: standard\n", "      tier:\n", f"{MODEL}.tier: is missing"),
    ("provider: openai", "provider: 7", f"{MODEL}.provider: must be text, not a number (7); quote it if it is meant"),
    (
        "provider: openai",
        "provider: Open AI",
        f"{MODEL}.provider: must be a lower-case word of letters, digits and _, not 'Open AI'",
    ),
    ("provider: openai", "provider: [openai]", f"{MODEL}.provider: must be a single value, not a list"),
    (
        "[chat, json_schema]",
        "[chat, telepathy]",
        (
            f"{MODEL}.capabilities[1]: must be one of chat, streaming, json_schema, tools, vision, reasoning, "
            "strategy_design, embedding, not 'telepathy'"
        ),
    ),
    ("[chat, json_schema]", "[json_schema]", f"{MODEL}.capabilities: must have either chat or embedding"),
    ("[chat, json_schema]", "[chat, embedding]", f"{MODEL}.capabilities: must have either chat or embedding"),
    (
        "context_window: 128000",
        "context_window: many",
        f"{MODEL}.context_window: must be a whole number from 1 to 1000000000, not 'many'",
    ),
    (
        "max_output_tokens: 16384",
        "max_output_tokens: 128001",
        f"{MODEL}.max_output_tokens: must be from 1 to the context window, and is 128001",
    ),
    (
        "      max_output_tokens: 16384\n",
        "",
        f"{MODEL}.max_output_tokens: must be from 1 to the context window, and is 0",
    ),
    (
        "max_output_tokens: 16384",
        "max_output_tokens: 16384\n      dimensions: 3",
        f"{MODEL}.dimensions: is only for models with the capability embedding",
    ),
    (
        "max_output_tokens: 16384",
        "max_output_tokens: 16384\n      languages: [en, 한국어]",
        f"{MODEL}.languages[1]: must be one of ko, en, not '한국어'",
    ),
    (
        "max_output_tokens: 16384",
        "max_output_tokens: 16384\n      system_role: user",
        f"{MODEL}.system_role: must be one of system, developer, none, not 'user'",
    ),
    (
        "max_output_tokens: 16384",
        "max_output_tokens: 16384\n      token_parameter: max",
        f"{MODEL}.token_parameter: must be max_tokens or max_completion_tokens, not 'max'",
    ),
    (
        "max_output_tokens: 16384",
        "max_output_tokens: 16384\n      takes_temperature: maybe",
        f"{MODEL}.takes_temperature: must be true or false, not 'maybe'",
    ),
    (
        "max_output_tokens: 16384",
        "max_output_tokens: 16384\n      cached_tokens: beside",
        f"{MODEL}.cached_tokens: must be one of included, apart, not 'beside'",
    ),
    ("      dimensions: 384\n", "", f"{EMBEDDER}.dimensions: is missing: how long the vectors of this model are"),
    (
        "      dimensions: 384\n",
        "      dimensions: 384\n      max_output_tokens: 5\n",
        f"{EMBEDDER}.max_output_tokens: is only for models with the capability chat",
    ),
    (
        "      free: true\n",
        "",
        f"{EMBEDDER}.prices: e5 has no price and is not declared free; state its prices or `free: true`",
    ),
    (
        "provider: openai",
        "provider: openai\n      free: true",
        f"{MODEL}.prices: gpt-4o is declared free and has prices; state its prices or `free: true`",
    ),
    (
        '"2.50"',
        "-2.50",
        (
            f"{MODEL}.prices[0].input_usd_per_mtok: must be 0 or more, with at most 6 decimals, such as "
            "'0.15', not '-2.50'"
        ),
    ),
    (
        '"2.50"',
        ".nan",
        (
            f"{MODEL}.prices[0].input_usd_per_mtok: must be 0 or more, with at most 6 decimals, such as "
            "'0.15', not '.nan'"
        ),
    ),
    (
        '"2.50"',
        '"0.0000001"',
        (
            f"{MODEL}.prices[0].input_usd_per_mtok: must be 0 or more, with at most 6 decimals, "
            "such as '0.15', not '0.0000001'"
        ),
    ),
    (
        '"2.50"',
        "2,50",
        (
            f"{MODEL}.prices[0].input_usd_per_mtok: must be 0 or more, with at most 6 decimals, such as "
            "'0.15', not '2,50'"
        ),
    ),
    ('          output_usd_per_mtok: "10"\n', "", f"{MODEL}.prices[0].output_usd_per_mtok: is missing"),
    ("2024-10-02", "2024-13-02", f"{MODEL}.prices[0].valid_from: must be a day such as 2026-11-01, not '2024-13-02'"),
    ("2024-10-02", "2024", f"{MODEL}.prices[0].valid_from: must be a day such as 2026-11-01, not '2024'"),
    ("          source: genai-prices\n", "", f"{MODEL}.prices[0].source: is missing"),
    (
        "      prices:\n",
        (
            "      prices:\n        - {valid_from: 2024-10-02, source: list, input_usd_per_mtok: 1, "
            "output_usd_per_mtok: 2}\n"
        ),
        f"{MODEL}.prices: has two prices valid from 2024-10-02",
    ),
    ("    e5:\n", "    gpt-4o:\n", f"{MODEL}: stands twice, on lines 4 and 15"),
    (
        "      provider: openai\n",
        "      provider: openai\n      provider: openai\n",
        f"{MODEL}.provider: stands twice, on lines 5 and 6",
    ),
    (
        "    e5:\n",
        "    e5 소형:\n",
        "catalogue.models['e5 소형']: must be named with letters, digits and . _ : / @ + -, not 'e5 소형'",
    ),
    ('  version: "2026-11-09"\n', "", "catalogue.version: is missing"),
    ("policies:\n", "polices:\n", "policies: is missing"),
    (
        "policies:\n",
        "polices:\n",
        (
            "polices: is not known here (known: catalogue, policies, budgets, retention, rate_limits); "
            "did you mean 'policies'?"
        ),
    ),
    (
        'limit: "20"',
        'limit: "0"',
        f"{BUDGET}.limit: must be more than 0, with at most 12 decimals, such as '0.15', not '0'",
    ),
    ("unit: usd", "unit: krw", f"{BUDGET}.unit: must be one of usd, tokens, not 'krw'"),
    (
        'unit: usd\n    limit: "20"',
        'unit: tokens\n    limit: "0.5"',
        f"{BUDGET}.limit: must be more than 0 and whole, such as '15', not '0.5'",
    ),
    ("period: month", "period: year", f"{BUDGET}.period: must be one of day, week, month, not 'year'"),
    ("Asia/Seoul", "Asia/Seol", f"{BUDGET}.timezone: no time zone 'Asia/Seol'; did you mean 'Asia/Seoul'?"),
    ("service: chatops", "service: chatop", f"{BUDGET}.service: no service 'chatop'; did you mean 'chatops'?"),
    ("service: chatops", "model_id: gpt-5", f"{BUDGET}.model_id: no model 'gpt-5'; did you mean 'gpt-4o'?"),
    (
        "service: chatops",
        "user_id: 민아\n    each_user: true",
        f"{BUDGET}.each_user: makes no sense beside user_id: the rule is for one user",
    ),
    (
        "service: chatops",
        "warn_at: [0.8, 1.5]",
        f"{BUDGET}.warn_at[1]: must be a share of the limit, above 0 and up to 1, such as 0.8, not '1.5'",
    ),
    ("service: chatops", "warn_at: 0.8", f"{BUDGET}.warn_at: must be a list, not a number"),
    ("service: chatops", "warn_at: [[0.8]]", f"{BUDGET}.warn_at[0]: must be a single value, not a list"),
    (
        'limit: "20"',
        'limit: "9000001"',
        f"{BUDGET}.limit: must be at most 9000000, which is all that a counter holds, not '9000001'",
    ),
    ('    limit: "20"\n', "", f"{BUDGET}.limit: is missing"),
    (
        "service: chatops",
        f"user_id: {'가' * 201}",
        f"{BUDGET}.user_id: must have 1 to 200 characters, no NUL and no half surrogate pair",
    ),
    (
        "팀-한도:",
        "팀;한도:",
        ("budgets['팀;한도']: must be named with 1 to 250 letters, digits, spaces and . _ - / : @ +, not '팀;한도'"),
    ),
    (
        "service: chatops",
        "service: !!python/name:os.system x",
        (
            f"{BUDGET}.service: must be text, not a value tagged tag:yaml.org,2002:python/name:os.system (x); quote it "
            "if it is meant"
        ),
    ),
    (
        "store_bodies: true",
        'store_bodies: "true"',
        "retention.store_bodies: must be true or false, not 'true'",
    ),
    ("bodies_days: 7", "bodies_days: 0", "retention.bodies_days: must be a whole number from 1 to 3650, not '0'"),
    (
        "bodies_days: 7",
        "bodies_days: 일주일",
        "retention.bodies_days: must be a whole number from 1 to 3650, not '일주일'",
    ),
    (
        "bodies_days: 7",
        "body_days: 7",
        (
            "retention.body_days: is not known here (known: ledger_detail_days, store_bodies, bodies_days, "
            "backtests_days, backtests_per_user); "
            "did you mean 'bodies_days'?"
        ),
    ),
    (
        "retention:\n  store_bodies: true\n  bodies_days: 7",
        "retention: [7]",
        "retention: must be a mapping, not a list",
    ),
    (
        "bodies_days: 7",
        "backtests_days: 0",
        "retention.backtests_days: must be a whole number from 1 to 36500, not '0'",
    ),
    (
        "bodies_days: 7",
        "backtests_per_user: 만 개",
        "retention.backtests_per_user: must be a whole number from 1 to 1000000000, not '만 개'",
    ),
    (
        "bodies_days: 7",
        "ledger_detail_days: 0",
        "retention.ledger_detail_days: must be a whole number from 1 to 36500, not '0'",
    ),
    (
        "bodies_days: 7",
        "ledger_days: 30",
        (
            "retention.ledger_days: is not known here (known: ledger_detail_days, store_bodies, bodies_days, "
            "backtests_days, backtests_per_user); "
            "did you mean 'ledger_detail_days'?"
        ),
    ),
    ("  팀-한도:\n", "  ? [팀, 한도]\n  :\n", "budgets: has a key on line 30 that is no plain word"),
    ("each: user", "each: users", f"{RATE}.each: must be one of user, key, not 'users'; did you mean 'user'?"),
    ("each: user", "each: [user]", f"{RATE}.each: must be a single value, not a list"),
    ("each: user", "service: chatopz", f"{RATE}.service: no service 'chatopz'; did you mean 'chatops'?"),
    ("each: user", "model_id: gpt-4", f"{RATE}.model_id: no model 'gpt-4'; did you mean 'gpt-4o'?"),
    (
        "requests_per_minute: 60",
        "requests_per_minute: 0",
        f"{RATE}.requests_per_minute: must be a whole number from 1 to 1000000000, not '0'",
    ),
    (
        "concurrent: 4",
        "concurrent: 2.5",
        f"{RATE}.concurrent: must be a whole number from 1 to 1000000000, not '2.5'",
    ),
    (
        "concurrent: 4",
        "token_per_minute: 4",
        (
            f"{RATE}.token_per_minute: is not known here (known: requests_per_minute, tokens_per_minute, concurrent, "
            "each, service, model_id); did you mean 'tokens_per_minute'?"
        ),
    ),
    (
        "    requests_per_minute: 60\n    concurrent: 4\n",
        "",
        f"{RATE}: limits nothing: it needs one of requests_per_minute, tokens_per_minute, concurrent",
    ),
    (
        "  사용자마다:\n",
        "  사용자\\마다:\n",
        "rate_limits['사용자\\\\마다']: must be named with letters, digits, spaces and . _ -, not '사용자\\\\마다'",
    ),
]
