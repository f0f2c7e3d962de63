"""A comparison in words, Korean or English: every number in them is rendered from the runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.backtest import Backtest
from domain.comparison import Comparison, Difference, DifferenceKind, Place
from domain.comparison_criteria import Basis, Criterion
from domain.josa import with_josa
from domain.language import Language
from domain.metric_text import metric_label, metric_value_text
from domain.text import one_line

MOST_ID = 60
MOST_NAME = 60
MOST_SYMBOLS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonText:
    """What a reader is told: what was found, what is best, and why."""

    summary: str
    recommendation: str
    reasoning: str


def comparison_text(comparison: Comparison, *, language: Language) -> ComparisonText:
    """The comparison from templates: complete and correct with no model at all."""
    words = _Korean(comparison) if language is Language.KOREAN else _English(comparison)
    return ComparisonText(
        summary=" ".join(words.summary()),
        recommendation=" ".join(words.recommendation()),
        reasoning=" ".join(words.reasoning()),
    )


def difference_text(difference: Difference, comparison: Comparison, *, language: Language) -> str:
    """One difference as a sentence, with what each run has."""
    words = _Korean(comparison) if language is Language.KOREAN else _English(comparison)
    return words.difference(difference)


def shown_id(backtest_id: str) -> str:
    """An id as it stands in a sentence: one line, not too long."""
    return one_line(backtest_id, MOST_ID)


class _Words:
    """What both languages share: who leads, what each run has."""

    language: Language

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def label(self, metric: str) -> str:
        return metric_label(metric, self.language)

    def value(self, metric: str, value: float | None) -> str:
        return metric_value_text(metric, value, self.language)

    def leaders(self) -> list[Place]:
        """The run that is first, or those that share the first place."""
        ranked = [place for place in self.comparison.ranking if place.score is not None]
        return [place for place in ranked if place.score == ranked[0].score]

    def alone(self) -> bool:
        """Whether a single run has any of the figures that rank."""
        return sum(place.rank is not None for place in self.comparison.ranking) == 1

    def hard_to_compare(self) -> list[DifferenceKind]:
        kinds = (DifferenceKind.PERIOD, DifferenceKind.SYMBOLS, DifferenceKind.TIMEFRAME)
        present = {difference.kind for difference in self.comparison.differences}
        return [kind for kind in kinds if kind in present]

    def figures(self, place: Place) -> str:
        run = self.comparison.run(place.backtest_id)
        named = [criterion.metric for criterion in self.comparison.criteria.ranked]
        return ", ".join(f"{self.label(name)} {self.value(name, getattr(run.metrics, name))}" for name in named)

    def held(self, kind: DifferenceKind) -> str:
        return "; ".join(f"{shown_id(run.backtest_id)} {self._fact(run, kind)}" for run in self.comparison.runs)

    def _fact(self, run: Backtest, kind: DifferenceKind) -> str:
        unknown = self.value("total_return", None)
        capital = None if run.initial_capital is None else self.value("initial_capital", run.initial_capital)
        facts = {
            DifferenceKind.PERIOD: f"{run.start.isoformat()} ~ {run.end.isoformat()}",
            DifferenceKind.SYMBOLS: _symbols(run),
            DifferenceKind.TIMEFRAME: run.timeframe,
            DifferenceKind.INITIAL_CAPITAL: capital,
            DifferenceKind.ENGINE: run.source.engine if run.source else None,
        }
        return facts[kind] or unknown


class _Korean(_Words):
    language = Language.KOREAN
    KINDS: ClassVar = {
        DifferenceKind.PERIOD: "기간", DifferenceKind.SYMBOLS: "종목", DifferenceKind.TIMEFRAME: "봉 주기",
        DifferenceKind.INITIAL_CAPITAL: "초기 자본", DifferenceKind.ENGINE: "백테스트 엔진",
    }  # fmt: skip
    WHY: ClassVar = {
        DifferenceKind.PERIOD: "총수익률은 기간이 길수록 벌어지기 쉽습니다",
        DifferenceKind.SYMBOLS: "시장이 다르면 수익률의 차이가 전략의 차이만은 아닙니다",
        DifferenceKind.TIMEFRAME: "거래 횟수와 비율 지표는 봉 주기에 따라 달라집니다",
        DifferenceKind.INITIAL_CAPITAL: "금액은 그대로 견주지 말고 비율로 보아야 합니다",
        DifferenceKind.ENGINE: "같은 이름의 지표도 엔진마다 정의가 다를 수 있습니다",
    }  # fmt: skip
    BASES: ClassVar = {
        Basis.ASKED: "요청하신 지표로", Basis.QUESTION: "질문에서 읽은 기준으로",
        Basis.DEFAULT: "기준을 따로 정하지 않으셔서 기본 조합으로",
    }  # fmt: skip

    def summary(self) -> Iterator[str]:
        runs = [f"[{shown_id(run.backtest_id)}] {_named(run)}" for run in self.comparison.runs]
        yield f"백테스트 {len(runs)}개를 비교했습니다: {'; '.join(runs)}."
        for criterion in self.comparison.criteria.ranked:
            yield self._leading(criterion)

    def _leading(self, criterion: Criterion) -> str:
        row = self.comparison.row(criterion.metric)
        topic, held = with_josa(self.label(row.metric), "은"), [cell for cell in row.cells if cell.value is not None]
        if not held:
            return f"{topic} 어느 백테스트에도 기록되어 있지 않습니다."
        text = self.value(row.metric, held[0].value)
        if len(held) == 1:
            return f"{topic} {shown_id(held[0].backtest_id)}에만 기록되어 있습니다({text})."
        best = [cell for cell in held if cell.best]
        if not best:
            return f"{topic} 기록된 {len(held)}개 모두 {with_josa(text, '으로')} 같습니다."
        who = with_josa(", ".join(shown_id(cell.backtest_id) for cell in best), "이")
        value = with_josa(self.value(row.metric, best[0].value), "으로")
        return f"{topic} {who} {value} 가장 {'높' if criterion.higher else '낮'}습니다."

    def recommendation(self) -> Iterator[str]:
        leaders = self.leaders()
        names = ", ".join(shown_id(place.backtest_id) for place in leaders)
        basis = ", ".join(self.label(criterion.metric) for criterion in self.comparison.criteria.ranked)
        if not leaders:
            yield f"{basis} 기록이 없어 순위를 매길 수 없습니다."
            return
        if self.alone():
            yield f"{basis} 기록이 {names}에만 있어 비교해서 추천할 수 없습니다."
            return
        if len(leaders) > 1:
            yield f"{basis} 기준으로 {with_josa(names, '은')} 점수가 같아 하나를 고를 수 없습니다."
        elif self.comparison.criteria.natural:
            yield f"{basis} 기준으로 {with_josa(names, '을')} 추천합니다."
        else:
            yield f"물으신 조건({basis})에 가장 맞는 것은 {names}입니다. 더 낫다는 뜻은 아닙니다."
        kinds = [self.KINDS[kind] for kind in self.hard_to_compare()]
        if kinds:
            yield f"다만 {with_josa(', '.join(kinds), '이')} 서로 달라 단정할 수는 없습니다."

    def reasoning(self) -> Iterator[str]:
        criteria = self.comparison.criteria
        sides = ", ".join(f"{self.label(c.metric)}({'높' if c.higher else '낮'}을수록 앞)" for c in criteria.ranked)
        weighed = ", 비중은 모두 같습니다" if len(criteria.ranked) > 1 else ""
        yield f"순위는 {self.BASES[criteria.basis]} 매겼습니다: {sides}{weighed}."
        if criteria.shown:
            shown = with_josa(", ".join(map(self.label, criteria.shown)), "은")
            yield f"{shown} 많고 적음이 곧 좋고 나쁨은 아니어서 순위에 넣지 않았습니다."
        for place in self.comparison.ranking:
            rank = "순위 없음" if place.rank is None else f"{place.rank}위"
            tied = " (동점)" if place.tied else ""
            yield f"{rank}{tied} {shown_id(place.backtest_id)}: {self.figures(place)}."
        yield from map(self.difference, self.comparison.differences)

    def difference(self, difference: Difference) -> str:
        if difference.metrics:
            lacking = ", ".join(map(shown_id, difference.backtest_ids))
            return f"{lacking}에는 기록되지 않은 지표가 있습니다: {', '.join(map(self.label, difference.metrics))}."
        kind = difference.kind
        return f"{with_josa(self.KINDS[kind], '이')} 다릅니다({self.held(kind)}): {self.WHY[kind]}."


class _English(_Words):
    language = Language.ENGLISH
    KINDS: ClassVar = {
        DifferenceKind.PERIOD: "period", DifferenceKind.SYMBOLS: "symbols", DifferenceKind.TIMEFRAME: "timeframe",
        DifferenceKind.INITIAL_CAPITAL: "initial capital", DifferenceKind.ENGINE: "engine",
    }  # fmt: skip
    WHY: ClassVar = {
        DifferenceKind.PERIOD: "a longer period has more room for a total return",
        DifferenceKind.SYMBOLS: "on other markets a difference in return is not the strategy's alone",
        DifferenceKind.TIMEFRAME: "the number of trades and ratios depend on the length of a bar",
        DifferenceKind.INITIAL_CAPITAL: "compare rates, not amounts of money",
        DifferenceKind.ENGINE: "a metric of the same name may be defined otherwise",
    }  # fmt: skip
    BASES: ClassVar = {
        Basis.ASKED: "the metrics you asked for", Basis.QUESTION: "what your question asks for",
        Basis.DEFAULT: "the default mix, as no metric was named",
    }  # fmt: skip

    def summary(self) -> Iterator[str]:
        runs = [f"[{shown_id(run.backtest_id)}] {_named(run)}" for run in self.comparison.runs]
        yield f"{len(runs)} backtests compared: {'; '.join(runs)}."
        for criterion in self.comparison.criteria.ranked:
            yield self._leading(criterion)

    def _leading(self, criterion: Criterion) -> str:
        row = self.comparison.row(criterion.metric)
        label, held = self.label(row.metric), [cell for cell in row.cells if cell.value is not None]
        if not held:
            return f"None of them records {label}."
        text = self.value(row.metric, held[0].value)
        if len(held) == 1:
            return f"Only {shown_id(held[0].backtest_id)} records {label} ({text})."
        best = [cell for cell in held if cell.best]
        if not best:
            return f"The {len(held)} that record {label} have the same: {text}."
        who = _and([shown_id(cell.backtest_id) for cell in best])
        have = f"{'has' if len(best) == 1 else 'have'} the {'highest' if criterion.higher else 'lowest'}"
        return f"{who} {have} {label}: {self.value(row.metric, best[0].value)}."

    def recommendation(self) -> Iterator[str]:
        leaders = self.leaders()
        names = _and([shown_id(place.backtest_id) for place in leaders])
        basis = _and([self.label(criterion.metric) for criterion in self.comparison.criteria.ranked])
        if not leaders:
            yield f"They cannot be ranked: none of them records {basis}."
            return
        if self.alone():
            yield f"Only {names} records {basis}, so there is nothing to compare it with."
            return
        if len(leaders) > 1:
            yield f"By {basis} {names} score the same, and neither can be preferred."
        elif self.comparison.criteria.natural:
            yield f"By {basis}, {names} is recommended."
        else:
            yield f"{names} fits best what was asked ({basis}); that does not make it the better run."
        kinds = [self.KINDS[kind] for kind in self.hard_to_compare()]
        if kinds:
            yield f"This is not certain, since they differ in {_and(kinds)}."

    def reasoning(self) -> Iterator[str]:
        criteria = self.comparison.criteria
        sides = ", ".join(
            f"{self.label(c.metric)} ({'higher' if c.higher else 'lower'} first)" for c in criteria.ranked
        )
        weighed = ", weighed equally" if len(criteria.ranked) > 1 else ""
        yield f"The ranking goes by {self.BASES[criteria.basis]}{weighed}: {sides}."
        if criteria.shown:
            shown = _capital(_and(list(map(self.label, criteria.shown))))
            yield f"{shown} did not count: more is neither better nor worse."
        for place in self.comparison.ranking:
            rank = "Not ranked" if place.rank is None else f"#{place.rank}"
            tied = " (tied)" if place.tied else ""
            yield f"{rank}{tied} {shown_id(place.backtest_id)}: {self.figures(place)}."
        yield from map(self.difference, self.comparison.differences)

    def difference(self, difference: Difference) -> str:
        if difference.metrics:
            lacking = _and(list(map(shown_id, difference.backtest_ids)))
            return f"Not recorded for {lacking}: {', '.join(map(self.label, difference.metrics))}."
        kind = difference.kind
        return f"They differ in {self.KINDS[kind]} ({self.held(kind)}): {self.WHY[kind]}."


def _named(run: Backtest) -> str:
    return f"{one_line(run.strategy.name, MOST_NAME)} ({_symbols(run)})"


def _symbols(run: Backtest) -> str:
    shown = ", ".join(shown_id(symbol) for symbol in run.symbols[:MOST_SYMBOLS])
    more = len(run.symbols) - MOST_SYMBOLS
    return f"{shown} +{more}" if more > 0 else shown


def _and(words: Sequence[str]) -> str:
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"  # noqa: PLR2004  # "a, b and c" begins with three


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
