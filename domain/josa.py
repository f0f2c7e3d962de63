"""Korean particles that follow the sound of the word before them."""

import re

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
_PAIRS = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이나": ("이나", "나"),
    "이며": ("이며", "며"),
    "이고": ("이고", "고"),
    "이지만": ("이지만", "지만"),
    "이었": ("이었", "였"),
}
# How digits and letters end when they are read aloud: 0 영, 1 일, 3 삼, 6 육, 7 칠, 8 팔; L 엘, M 엠, N 엔, R 알.
_DIGITS = {"0": 21, "1": _RIEUL, "3": 16, "6": 1, "7": _RIEUL, "8": _RIEUL}
_LETTERS = {"L": _RIEUL, "M": 16, "N": 4, "R": _RIEUL}
_ENDINGS = (
    ("le", _RIEUL),
    ("l", _RIEUL),
    ("ng", 21),
    ("m", 16),
    ("n", 4),
    ("ck", 1),
    ("k", 1),
    ("p", 17),
    ("ot", 7),
    ("et", 7),
)
_SILENT = " )]}'\"”’*_`"


def with_josa(word: str, josa: str) -> str:
    """The word with its particle, named by the form after a consonant: 은, 이, 을, 과, 으로."""
    after_consonant, after_vowel = _PAIRS[josa]
    final = _final_sound(word.rstrip(_SILENT))
    soft = final == 0 or (josa == "으로" and final == _RIEUL)
    return f"{word}{after_vowel if soft else after_consonant}"


def _final_sound(word: str) -> int:
    """The final consonant by its place in Unicode's order, 0 for none."""
    if not word:
        return 0
    last = word[-1]
    if _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS
    if last.isdigit():
        return _DIGITS.get(last, 0)
    if last.isupper():
        return _LETTERS.get(last, 0)
    return next((sound for ending, sound in _ENDINGS if word.lower().endswith(ending)), 0)


_PARTICLE = re.compile(
    r"(?P<closing>[)\]}'\"”’]*)"
    r"(?P<particle>(?:으로|로)(?=[는도서써만]|부터|[^가-힣]|$)|(?:이었|였)|(?:이며|며|이나|나|이고|고|이지만|지만|은|는|이|가|을|를|과|와)(?![가-힣]))"
)
_BY_FORM = {form: named for named, forms in _PAIRS.items() for form in forms}


def with_fitting_josa(word: str, rest: str) -> str:
    """The word and the rest of its sentence; a particle that begins the rest takes the form that the word asks for."""
    found = _PARTICLE.match(rest)
    if found is None:
        return f"{word}{rest}"
    closed = f"{word}{found['closing']}"
    return f"{with_josa(closed, _BY_FORM[found['particle']])}{rest[found.end() :]}"
