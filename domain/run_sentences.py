"""Backtests told in plain sentences whose figures are rendered, never written by a model."""

from collections.abc import Sequence

from domain.backtest import Backtest
from domain.language import Language
from domain.metric_text import metric_label, metric_value_text

SHOWN = ("total_return", "sharpe_ratio", "max_drawdown", "win_rate", "trade_count")
MOST_TOLD = 5
LONGEST_NAME = 80


def run_sentence(run: Backtest, *, language: Language, first: str | None = None) -> str:
    """One run and its main figures, the metric `first` before the others."""
    names = dict.fromkeys((first, *SHOWN) if first is not None else SHOWN)
    held = [(name, getattr(run.metrics, name)) for name in names]
    figures = ", ".join(
        f"{metric_label(name, language)} {metric_value_text(name, value, language)}"
        for name, value in held
        if value is not None
    )
    what = f"{_named(run)} ({', '.join(run.symbols[:3])}): {figures}"
    return f"{what}입니다." if language is Language.KOREAN else f"{what}."


def told(runs: Sequence[Backtest], *, language: Language, by: str | None = None) -> list[str]:
    """The runs in sentences, best first: as they were found, or by a metric where one is named."""
    if not runs:
        return [_nothing(language)]
    sentences = [run_sentence(run, language=language, first=by) for run in runs[:MOST_TOLD]]
    return [_opening(len(runs), language, by), *sentences]


def nothing_usable(language: Language) -> str:
    """What is said where neither a run nor a model gives an answer."""
    if language is Language.KOREAN:
        return "이 질문에는 쓸 수 있는 답을 얻지 못했습니다. 기록된 백테스트에 대해 물어봐 주세요."
    return "There is no usable answer to this. Ask about your recorded backtests."


def _opening(count: int, language: Language, by: str | None) -> str:
    if language is Language.KOREAN:
        order = f"{metric_label(by, language)} 순으로" if by else "질문에 가까운 순으로"
        if count == 1:
            return "기록된 백테스트 1건이 질문에 맞습니다."
        return f"기록된 백테스트 가운데 {count}건을 {order} 보여 드립니다."
    order = f"by {metric_label(by, language)}" if by else "nearest to the question first"
    return f"{count} of your recorded runs answer, {order}." if count > 1 else "One of your recorded runs answers."


def _nothing(language: Language) -> str:
    if language is Language.KOREAN:
        return "질문에 맞는 기록된 백테스트가 없습니다."
    return "None of your recorded runs answers this question."


def _named(run: Backtest) -> str:
    return f"[{run.backtest_id}] {' '.join(run.strategy.name.split())[:LONGEST_NAME]}"
