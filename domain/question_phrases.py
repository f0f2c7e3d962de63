"""What looks like a condition and is none of one figure: shown as unapplied, so that nobody takes it for executed."""

import re
from collections.abc import Iterator

from domain.numbers import Unit
from domain.question_claims import Claim, Sentence
from domain.vocabulary import INDICATOR_SPELLINGS, SYMBOL_SPELLINGS, Kind

_BENCHMARK = r"(?:buy[\s-]*(?:and|&|n)[\s-]*hold(?:ing)?|(?:the )?(?:benchmark|market|index)(?! return))"
_KOREAN_BENCHMARK = (
    r"(?:매수\s?(?:후|앤)\s?보유|바이\s?앤\s?홀드|단순\s?보유|존버|벤치마크|시장|지수)(?:\s?(?:전략|수익률?|평균))?"
)
_COMPARED = (
    re.compile(
        r"(?<![a-z])(?:(?:did |does |do )?not )?(?:beat|beats|beating|beaten|(?:out|under)perform(?:s|ed|ing)?"
        r"|exceed(?:s|ed|ing)?|(?:better|worse|higher|lower|more|less) than|above|over|below|under)"
        rf"\s+{_BENCHMARK}(?![a-z])"
    ),
    re.compile(
        rf"{_KOREAN_BENCHMARK}\s?(?:보다|를|을|에|대비)\s?(?:더\s?|못\s?|안\s?)?"
        r"(?:나은|나았던|낫|좋은|좋았던|높은|높았던|이긴|이기는|이겼|앞선|앞서는|뒤진|뒤처진|진|초과|상회|못한|못했|낮은|나쁜)[가-힣]*"
    ),
)
_ERAS = re.compile(
    r"(?:글로벌\s?)?금융\s?위기|닷컴\s?(?:버블|붕괴|거품)?|외환\s?위기|코로나\s?(?:폭락|사태|쇼크|팬데믹)?"
    r"|(?<![a-z])(?:(?:global |great )?financial crisis|gfc|great recession"
    r"|(?:covid|corona|pandemic)(?:[\s-]?\d+)?(?: crash)?"
    r"|dot[\s-]?com(?: (?:bust|bubble|crash|collapse|era))?)(?![a-z])"
)
_COUNT = r"(?:\d+|[a-z]+|몇|한|두|세|네)"
_RELATIVE = re.compile(
    r"(?:지난|저번|이번|요번)\s?(?:주(?!가|식)|달(?!러)|분기|해|년)(?:에|의|동안)?|(?<![가-힣])(?:어제|그제|그저께|오늘|올해|금년|작년|재작년|요즘|요새)(?:에|의)?"
    r"|(?:최근|지난)\s?(?:\d+|몇|한|두|세|네|다섯|여섯)\s?(?:개월|달(?!러)|주(?!가|식)|년|일|분기|시간)(?:\s?(?:동안|간|사이|내))?(?:에|의)?"
    r"|(?:\d+|며칠|몇|한|두|세)\s?(?:일|주|개월|달|년)?\s?전에\s?(?:돌린|실행한|한)"
    rf"|(?<![a-z])(?:(?:in |over |from |during )?(?:the )?(?:last|past|previous) (?:{_COUNT} )?"
    r"(?:day|week|month|quarter|year)s?"
    rf"|(?:this|last) (?:week|month|quarter|year)(?:'s)?|yesterday|today"
    rf"|{_COUNT} (?:day|week|month|year)s? ago|year to date|ytd|lately)(?![a-z])"
)
_BARE_UNITS = (Unit.PERCENT, Unit.BASIS_POINTS, Unit.MONEY, Unit.COUNT, Unit.MULTIPLE)
_WORD = re.compile(r"[a-z]{4,14}")
_LEAST_INDICATOR = 6


def read_comparisons(sentence: Sentence) -> None:
    """Shows a comparison with the benchmark: a filter has one figure, and this has two."""
    for pattern in _COMPARED:
        for first, last in _free(sentence, pattern):
            sentence.claim(Claim(first=first, last=last, unapplied=True))


def read_relative_times(sentence: Sentence) -> None:
    """Shows `최근 3개월` and `yesterday`: what they mean depends on today, which a question does not say."""
    for first, last in _free(sentence, _RELATIVE):
        sentence.claim(Claim(first=first, last=last, unapplied=True))


def read_eras(sentence: Sentence) -> None:
    """Shows `금융위기` and `dot-com bust`, whose days nobody agrees on; they are searched by meaning all the same."""
    for first, last in _free(sentence, _ERAS):
        sentence.claim(Claim(first=first, last=last, unapplied=True, kept=True))


def read_misspelled(sentence: Sentence) -> None:
    """Shows what is nearly the name of an indicator or, after a preposition, of a symbol; it stays in the rest."""
    for i, letter in enumerate(sentence.letters):
        word = sentence.text_of(i).lower()
        if letter != Kind.WORD or not _WORD.fullmatch(word):
            continue
        placed = i > 0 and sentence.text_of(i - 1).lower() in ("on", "for", "in")
        named = len(word) >= _LEAST_INDICATOR and _is_near(word, INDICATOR_SPELLINGS)
        if named or (placed and _is_near(word, SYMBOL_SPELLINGS)):
            sentence.claim(Claim(first=i, last=i + 1, unapplied=True, kept=True))


def read_bare_numbers(sentence: Sentence) -> None:
    """Shows a number with a unit that no other reader took, with the word that it belongs to; both stay in the rest."""
    for i, letter in enumerate(sentence.letters):
        number = sentence.words.tokens[i].number
        if letter == Kind.NUMBER and number is not None and number.unit in _BARE_UNITS:
            first = i - (i > 0 and sentence.letters[i - 1] in "MPKk")
            last = i + 1 + (sentence.letters[i + 1 : i + 2] == Kind.RISK)
            sentence.claim(Claim(first=first, last=last, unapplied=True, kept=True))


def _free(sentence: Sentence, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The tokens of each stretch that nothing else took."""
    for match in pattern.finditer(sentence.words.text.lower()):
        inside = [i for i, t in enumerate(sentence.words.tokens) if t.start < match.end() and t.end > match.start()]
        if inside and all(sentence.letters[i] != "_" for i in inside):
            yield inside[0], inside[-1] + 1


def _shortened(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_near(word: str, names: frozenset[str]) -> bool:
    """Whether one letter more, less, other or swapped makes it one of the names."""
    near = _shortened(word)
    if near & names:
        return True
    alike = (name for name in names if name[0] == word[0] and abs(len(name) - len(word)) <= 1)
    return any(word in (shorter := _shortened(name)) or bool(near & shorter) for name in alike)
