"""Questions of the development half that have no answer: nobody has it, or somebody else has."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.retrieval.people import PEOPLE

Item = dict[str, Any]
THINGS: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "ko": (
        ("테슬라", "TSLA"), ("엔비디아", "NVDA"), ("삼성전자", "005930.KS"), ("이더리움", "ETH/USDT"),
        ("아마존", "AMZN"), ("NFLX", "NFLX"),
    ),
    "en": (
        ("TSLA", "TSLA"), ("Nvidia", "NVDA"), ("Amazon", "AMZN"), ("ETH/USDT", "ETH/USDT"),
        ("Samsung Electronics", "005930.KS"), ("NFLX", "NFLX"),
    ),
}  # fmt: skip
"""What nobody tests on, beside its symbol."""
ABOUT_THINGS: Mapping[str, tuple[str, ...]] = {
    "ko": ("{thing} RSI 전략 보여줘", "{thing}에서 샤프 1 이상인 것", "{thing} 백테스트 결과 있어?"),
    "en": ("RSI runs on {thing}", "my {thing} backtests with a Sharpe above 1", "did I test anything on {thing}?"),
}
IMPOSSIBLE: Mapping[str, tuple[tuple[str, str, str, float], ...]] = {
    "ko": (
        ("샤프 9 이상인 전략", "sharpe_ratio", ">=", 9), ("거래가 5000건 넘는 백테스트", "trade_count", ">", 5000),
        ("변동성 300% 넘는 것", "volatility", ">", 3), ("소르티노 900 이상", "sortino_ratio", ">=", 900),
        ("연수익률 500% 이상", "annual_return", ">=", 5), ("샤프 -8 미만인 전략", "sharpe_ratio", "<", -8),
    ),
    "en": (
        ("runs with a Sharpe above 9", "sharpe_ratio", ">", 9), ("more than 5000 trades", "trade_count", ">", 5000),
        ("volatility over 300%", "volatility", ">", 3), ("a Sortino of at least 900", "sortino_ratio", ">=", 900),
        ("annual return of 500% or more", "annual_return", ">=", 5),
        ("strategies with a Sharpe under -8", "sharpe_ratio", "<", -8),
    ),
}  # fmt: skip
NOWHERE: Mapping[str, tuple[str, ...]] = {
    "ko": (
        "페어 트레이딩 전략",
        "두 종목의 스프레드를 거래하는 차익거래",
        "일목균형표 구름대 돌파",
        "옵션 양매도 전략",
        "LSTM으로 예측하는 딥러닝 전략",
        "뉴스 감성 분석 매매",
        "호가창 시장조성 봇",
        "오늘 점심 뭐 먹지?",
        "파이썬에서 리스트 정렬하는 법",
        "배당주 분산 투자 포트폴리오",
        "리스크 패리티 자산 배분",
        "사용자 비밀번호 바꾸는 방법",
    ),
    "en": (
        "pairs trading on a spread",
        "statistical arbitrage between two stocks",
        "Ichimoku cloud breakout",
        "short straddles on options",
        "an LSTM that predicts the next bar",
        "news sentiment trading",
        "an order book market maker",
        "what should I have for lunch?",
        "how do I sort a list in Python?",
        "a dividend portfolio of utilities",
        "risk parity across bonds and gold",
        "how do I change my password?",
    ),
}
"""What nobody has run, and what is no question about backtests."""
OF_SOMEBODY: Mapping[str, tuple[str, ...]] = {
    "ko": ("{user}의 RSI 백테스트 보여줘", "{user}가 돌린 전략 중 제일 좋은 것", "{user} 결과 좀 보여줘"),
    "en": ("show me {user}'s RSI backtests", "what did {user} run best?", "{user}'s results please"),
}
OF_PROJECT: Mapping[str, tuple[str, ...]] = {
    "ko": ("{project} 결과 어땠어?", "{project} 백테스트 찾아줘"),
    "en": ("how did {project} go?", "find the {project} backtests"),
}
BY_ID: Mapping[str, tuple[str, ...]] = {"ko": ("{id} 결과 보여줘",), "en": ("show backtest {id}",)}
ONLY_THEIRS: Mapping[str, tuple[str, ...]] = {
    "ko": ("EURUSD 1시간봉 전략", "VIX 역추세 결과", "BTCUSD 월봉 백테스트", "FB에서 돌린 볼린저"),
    "en": ("EURUSD hourly runs", "mean reversion on VIX", "monthly BTCUSD backtests", "Bollinger runs on FB"),
}
SYMBOL_OF: Mapping[int, str] = {0: "EURUSD", 1: "VIX", 2: "BTCUSD", 3: "FB"}


def without_answer() -> Iterator[Item]:
    """What nobody has."""
    for language, things in THINGS.items():
        for number, (thing, symbol) in enumerate(things):
            for sentence in (ABOUT_THINGS[language][number % 3], ABOUT_THINGS[language][(number + 1) % 3]):
                filters = [{"field": "symbols", "op": "in", "value": [symbol]}]
                yield _item("no_answer", language, sentence.format(thing=thing), filters=filters)
        for text, field, op, value in IMPOSSIBLE[language]:
            yield _item("no_answer", language, text, filters=[{"field": field, "op": op, "value": value}])
        for text in NOWHERE[language]:
            yield _item("no_answer", language, text)
    for text in ("테슬라 RSI run", "pairs trading 전략", "NVDA momentum 백테스트", "LSTM 딥러닝 strategy"):
        yield _item("no_answer", "mixed", text)


def of_others() -> Iterator[Item]:
    """What somebody else has, asked for by their id, a project's name, a run's id, or a symbol that is theirs alone."""
    people = list(PEOPLE)
    for language in ("ko", "en"):
        for number, person in enumerate(people[:: 2 if language == "ko" else 3][:10]):
            asker = people[(people.index(person) + 5) % len(people)].user_id
            sentence = OF_SOMEBODY[language][number % 3]
            yield _item("foreign", language, sentence.format(user=person.user_id), user=asker)
        for number, person in enumerate(people[1 if language == "ko" else 0 :: 2][:12]):
            sentence = OF_PROJECT[language][number % 2]
            yield _item("foreign", language, sentence.format(project=person.projects[0]))
        for person in people:
            if not person.number.startswith("bt-") and (language == "ko") == ("ko" in person.tongues):
                yield _item("foreign", language, BY_ID[language][0].format(id=person.number.format(12)))
        for number, text in enumerate(ONLY_THEIRS[language]):
            filters = [{"field": "symbols", "op": "in", "value": [SYMBOL_OF[number]]}]
            yield _item("foreign", language, text, filters=filters)


def _item(kind: str, language: str, text: str, **more: object) -> Item:
    return {"kind": kind, "language": language, "question": text, **more}
