"""A strategy in words, Korean or English, made from the specification and nothing else."""

from collections.abc import Mapping, Sequence

from domain.drafting_parts import Borrowed
from domain.explanation_words import (
    ENGLISH_OPS,
    KOREAN_OPS,
    TIMEFRAME_NAMES,
    indicator_text,
    loan_label,
    loan_value,
    number_text,
    operand_text,
    other_output_text,
    percent_text,
    same_indicator,
)
from domain.josa import with_josa
from domain.language import Language
from domain.strategy import Condition, Direction, Match, Risk, Rule, StrategySpec
from domain.vocabulary import family_label

MAX_LISTED = 5


def explain(spec: StrategySpec, *, language: Language, borrowed: Sequence[Borrowed] = ()) -> str:
    """The strategy in natural sentences; what was borrowed is named with the run that lent it."""
    korean = language is Language.KOREAN
    sentences = _korean(spec) if korean else _english(spec)
    sentences += [(_korean_loan if korean else _english_loan)(run, lent) for run, lent in _by_run(borrowed).items()]
    return " ".join(sentences)


def default_name(spec: StrategySpec, *, language: Language) -> str:
    """A short name: the indicators with their numbers, and the family."""
    indicators = " + ".join(indicator_text(indicator, language) for indicator in spec.indicators[:3])
    return f"{indicators} {family_label(spec.type, language)}".strip()


def default_description(spec: StrategySpec, *, language: Language) -> str:
    """One or two sentences: when it enters and when it leaves."""
    return " ".join((_korean_rules if language is Language.KOREAN else _english_rules)(spec))


def _korean(spec: StrategySpec) -> list[str]:
    family = family_label(spec.type, Language.KOREAN)
    bars = TIMEFRAME_NAMES[spec.timeframe][0]
    symbols = with_josa(_listed(spec.symbols, Language.KOREAN), "을")
    opening = f"{symbols} {with_josa(bars, '으로')} 거래하는 {family} 전략입니다."
    return [opening, *_korean_rules(spec), _korean_risk(spec.risk)]


def _korean_rules(spec: StrategySpec) -> list[str]:
    enter, leave = ("매수합니다", "매도해 청산합니다")
    if spec.direction is Direction.SHORT:
        enter, leave = ("공매도합니다", "되사서 청산합니다")
    rules = [f"{_korean_when(spec.entry, spec)} {enter}."]
    if spec.exit.conditions:
        rules.append(f"{_korean_when(spec.exit, spec)} {leave}.")
    return rules


def _korean_when(rule: Rule, spec: StrategySpec) -> str:
    glue = "고" if rule.match is Match.ALL else "거나"
    *first, last = rule.conditions
    parts = [f"{_korean_condition(condition, spec)}{glue}" for condition in first]
    return " ".join([*parts, f"{_korean_condition(last, spec)}면"])


def _korean_condition(condition: Condition, spec: StrategySpec) -> str:
    """A stem that takes 고, 거나 and 면 alike."""
    left = operand_text(condition.left, spec.indicators, Language.KOREAN)
    right = _right(condition, spec, Language.KOREAN)
    before, after = KOREAN_OPS[condition.op]
    compared = with_josa(right, "을") if before == "을" else f"{right}{before}"
    return f"{with_josa(left, '이')} {compared} {after}"


def _right(condition: Condition, spec: StrategySpec, language: Language) -> str:
    if same_indicator(condition.left, condition.right):
        return other_output_text(condition.right, language)
    return operand_text(condition.right, spec.indicators, language)


def _korean_risk(risk: Risk) -> str:
    parts = [f"한 번에 자본의 {percent_text(risk.position_fraction)}를 투입하"]
    if risk.stop_loss is not None:
        parts.append(f"진입가에서 {percent_text(risk.stop_loss)} 불리해지면 손절하")
    if risk.take_profit is not None:
        parts.append(f"{percent_text(risk.take_profit)} 유리해지면 이익을 실현하")
    if risk.max_holding_bars is not None:
        parts.append(f"최대 {risk.max_holding_bars}봉까지만 보유하")
    return "고, ".join(parts[:-1]) + ("고, " if len(parts) > 1 else "") + f"{parts[-1][:-1]}합니다."


def _english(spec: StrategySpec) -> list[str]:
    family = family_label(spec.type, Language.ENGLISH)
    bars = TIMEFRAME_NAMES[spec.timeframe][1]
    article = "An" if family[0] in "aeiou" else "A"
    symbols = _listed(spec.symbols, Language.ENGLISH)
    return [f"{article} {family} strategy on {bars} of {symbols}.", *_english_rules(spec), _english_risk(spec.risk)]


def _english_rules(spec: StrategySpec) -> list[str]:
    enter, leave = ("Buys", "Sells") if spec.direction is Direction.LONG else ("Sells short", "Buys back")
    rules = [f"{enter} when {_english_when(spec.entry, spec)}."]
    if spec.exit.conditions:
        rules.append(f"{leave} when {_english_when(spec.exit, spec)}.")
    return rules


def _english_when(rule: Rule, spec: StrategySpec) -> str:
    glue = " and " if rule.match is Match.ALL else " or "
    return glue.join(
        f"{operand_text(condition.left, spec.indicators, Language.ENGLISH)} {ENGLISH_OPS[condition.op]} "
        f"{_right(condition, spec, Language.ENGLISH)}"
        for condition in rule.conditions
    )


def _english_risk(risk: Risk) -> str:
    parts = [f"Puts {percent_text(risk.position_fraction)} of the capital into a position"]
    if risk.stop_loss is not None:
        parts.append(f"stops out after a loss of {percent_text(risk.stop_loss)}")
    if risk.take_profit is not None:
        parts.append(f"takes profit at {percent_text(risk.take_profit)}")
    if risk.max_holding_bars is not None:
        parts.append(f"holds for at most {risk.max_holding_bars} bars")
    return f"{parts[0]}." if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}."


def _listed(symbols: tuple[str, ...], language: Language) -> str:
    shown = list(symbols[:MAX_LISTED])
    hidden = len(symbols) - len(shown)
    if hidden:
        shown.append(f"그 밖의 {hidden}종목" if language is Language.KOREAN else f"{hidden} more")
    if language is Language.KOREAN:
        return ", ".join(shown)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _by_run(borrowed: Sequence[Borrowed]) -> Mapping[str, list[Borrowed]]:
    runs: dict[str, list[Borrowed]] = {}
    for lent in borrowed:
        runs.setdefault(lent.backtest_id, []).append(lent)
    return runs


def _lent_text(lent: Sequence[Borrowed], language: Language) -> str:
    shown, named = [], ""
    for loan in lent:
        owner, _, name = loan.what.partition(".")
        label = "" if owner == named else loan_label(owner, language)
        value = number_text(loan.value) if isinstance(loan.value, float) else loan_value(owner, loan.value, language)
        shown.append(" ".join(filter(None, (label, loan_label(name, language), value))))
        named = owner
    return ", ".join(shown)


def _korean_loan(run: str, lent: Sequence[Borrowed]) -> str:
    told = with_josa(_lent_text(lent, Language.KOREAN), "은")
    return f"{told} {with_josa(run, '을')} 따랐습니다."


def _english_loan(run: str, lent: Sequence[Borrowed]) -> str:
    return f"{_lent_text(lent, Language.ENGLISH)} as in {run}."
