"""A body for every operation that takes one, as the page offers it: the service takes each as it stands."""

from collections.abc import Mapping

from entrypoints.http.backtest_body import EXAMPLE

IDEA = "GOOG에서 RSI 14가 30 아래로 내려가면 사고 70 위로 오르면 파는 전략"
BODIES: Mapping[str, object] = {
    "record_backtest": EXAMPLE,
    "search_backtests": {
        "query": "GOOG에서 샤프 0.5 이상인 RSI 역추세 전략",
        "top_k": 5,
        "filters": [{"field": "max_drawdown", "op": "<", "value": 0.3}],
    },
    "build_strategy": {"request": IDEA, "language": "ko"},
    "build_strategy_with_retrieval": {"request": IDEA, "top_k": 3},
    "write_report": {"backtest_id": "bt-2041", "language": "ko"},
    "open_session": {"title": "RSI 전략 점검", "language": "ko"},
    "chat": {"question": "GOOG에서 돌린 RSI 전략 중 낙폭이 가장 작은 건?", "use_rag": True},
    "compare_backtests": {
        "backtest_ids": ["bt-2041", "bt-2042"],
        "metrics": ["sharpe_ratio", "max_drawdown"],
        "question": "가장 안정적인 전략은?",
    },
    "issue_key": {"user_id": "minji", "roles": ["user"], "services": ["strategy_builder", "memory"], "name": "노트북"},
    "rotate_key": {"overlap_seconds": 3600},
    "reconcile_ledger": {
        "lines": [
            {"day": "2026-11-20", "model": "gpt-4o-mini-2024-07-18", "calls": 120, "cost_usd": "0.02784"},
            {"time": "2026-11-20T09:30:00Z", "model": "gpt-4o", "input_tokens": 1200, "request_id": "req_2041"},
        ],
        "from": "2026-11-20",
        "to": "2026-11-20",
    },
    "set_budget": {
        "unit": "usd",
        "limit": "200",
        "period": "week",
        "timezone": "Asia/Seoul",
        "service": "narrative_report",
        "warn_at": [0.8, 0.95],
    },
    "apply_prices": {"accept": False},
    "migrate_index": {"store": "chroma"},
    "verify_index": {"sample": 20, "repair": False},
    "prune_backtests": {"older_than_days": 365, "keep": 5000},
}
