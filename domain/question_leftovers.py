"""What a question says beyond its filters: conditions to show, and the rest to search by meaning."""

import re

from domain.asking import asks
from domain.numbers import SPANS
from domain.question_claims import Claim, Sentence, compiled
from domain.question_orders import whole_count
from domain.vocabulary import Kind

_SUBJECT = r"(?P<subject>[xIHRhFMEX](?:~[xR])?)?"
_LOOSE = tuple(
    map(
        compiled,
        (
            rf"{_SUBJECT}~P?~(?P<n>N)~C(?:[JVcA]*N~C)?",
            rf"{_SUBJECT}~P~(?P<n>N)(?:~x)?",
            r"P~(?P<n>[Nk])",
            "M~P~(?P<n>[kM])",
            "(?P<n>M)J{0,2}MJ[qQ]",
            "(?P<n>M)J?g",
            "(?P<n>k)~C",
        ),
    )
)


_MOST = (compiled(r"(?P<n>N)(?P<c>C)"),)
_THINGS = re.compile("(?:개|가지|종목)$")
_REACHING = ("hit", "hits", "reach", "reached", "reaches", "reaching")
_CROSSING = ("cross", "crosses", "crossover", "crossovers", "크로스", "교차")
"""An average is there to be crossed: where one is named, they add nothing."""
_CROSSED = ("ma", "sma", "ema", "macd")
_BOTH = ("both", "모두", "둘 다", "동시에", "함께", "같이", "plus")


def read_loose_conditions(sentence: Sentence) -> None:
    """Shows a number with a comparator that met no metric; words on indicators stay in the rest as well."""
    _read_most(sentence)
    for match in sentence.matches(*_LOOSE):
        number = sentence.token(match, "n").number
        about_rules = any(letter in match[0] for letter in "IHRhFEX")
        kept = about_rules or (number is not None and number.unit in SPANS)
        sentence.claim(Claim(first=match.start(), last=match.end(), unapplied=True, kept=kept))


def _read_most(sentence: Sentence) -> None:
    """Claims `10개까지`, which is how many are wanted, where nothing else says that."""
    for match in sentence.matches(*_MOST):
        token = sentence.token(match, "n")
        until = sentence.text_of(match.start("c")).startswith(("까지", "이내", "이하로"))
        count = whole_count(token)
        limited = any(claim.limit is not None for claim in sentence.claims)
        if until and count is not None and _THINGS.search(sentence.text_of(match.start("n"))) and not limited:
            first, last = match.start("n"), match.end()
            sentence.claim(Claim(first=first, last=last, limit=count, words=sentence.words.slice(first, last)))


def rest_of(sentence: Sentence) -> str:
    """The words that nothing took, without glue that lost its word; empty where only the asking is left, and names."""
    taken, filtered = [False] * len(sentence.letters), [False] * len(sentence.letters)
    for claim in sentence.claims:
        for i in range(claim.first, claim.last):
            taken[i] = taken[i] or not claim.kept
            filtered[i] = filtered[i] or not claim.unapplied
    _take_glue(sentence, taken)
    for i in range(len(taken) - 1):
        # `paid less than 50 dollars in fees`, `hit a sharpe of 1`
        leads = sentence.words.letters[i] == Kind.FIGURE_VERB or sentence.text_of(i).lower() in _REACHING
        following = next((j for j in range(i + 1, len(taken)) if sentence.words.letters[j] not in "JVc"), i)
        filtered[i] = filtered[i] or (leads and filtered[following] and taken[following])
    left = [i for i, gone in enumerate(taken) if not gone]
    if all(filtered[i] or _says_nothing(sentence, i) for i in left):
        return ""
    return _joined(sentence, left)


def _says_nothing(sentence: Sentence, at: int) -> bool:
    kind = sentence.words.tokens[at].kind
    if sentence.text_of(at).lower() in _CROSSING:
        return any(token.word in _CROSSED for token in sentence.words.tokens if token.kind is Kind.INDICATOR)
    if kind is Kind.TOGETHER:
        return sentence.text_of(at).lower() in _BOTH
    return (
        kind in "czJVAOoWe"
        or sentence.text_of(at).lower() in ("from", "by", *_REACHING)
        or (kind == Kind.ORDER_TAIL and not sentence.words.tokens[at].word)
        or asks(sentence.text_of(at).lower())
    )


def _take_glue(sentence: Sentence, taken: list[bool]) -> None:
    """Particles go with the word before them, prepositions with the word after, conjunctions with either."""
    kinds = sentence.words.letters
    for i in range(len(taken)):
        if kinds[i] in "JAOcr" and i > 0 and taken[i - 1]:
            taken[i] = True
    for i in reversed(range(len(taken))):
        if kinds[i] in "VAOU" and i + 1 < len(taken) and taken[i + 1]:
            taken[i] = True


def _joined(sentence: Sentence, left: list[int]) -> str:
    """The text of these tokens, blanks kept as they were, one where something was cut out."""
    tokens, text = sentence.words.tokens, sentence.words.text
    pieces: list[str] = []
    for place, i in enumerate(left):
        if place:
            before = left[place - 1]
            pieces.append(text[tokens[before].end : tokens[i].start] if before == i - 1 else " ")
        pieces.append(text[tokens[i].start : tokens[i].end])
    return " ".join("".join(pieces).split()).strip(" ,.;:?!·~-/")
