"""Conditions of which one is enough: a conjunction of filters cannot say that, so they are shown as unapplied."""

from dataclasses import replace

from domain.filters import FilterOp
from domain.question_claims import Claim, Sentence
from domain.vocabulary import Kind

_BETWEEN = "JVcoAxe"
_NAMES = "SIFTt"
_MOST_GLUE = 12
_BOUNDS = (FilterOp.LT, FilterOp.LE, FilterOp.GT, FilterOp.GE)


def show_alternatives(sentence: Sentence) -> None:
    """Shows what `or` joins, unless it is a list of names of one kind."""
    owners: list[Claim | None] = [None] * len(sentence.words.letters)
    for claim in sentence.claims:
        if not (claim.kept and claim.unapplied):
            owners[claim.first : claim.last] = [claim] * (claim.last - claim.first)
    for i, letter in enumerate(sentence.words.letters):
        if letter == Kind.OR and owners[i] is None:
            left, right = _beside(sentence, owners, i, -1), _beside(sentence, owners, i, 1)
            if left is not None and right is not None and not _is_list(sentence, left, right):
                _show(sentence, left, right)


def show_contradictions(sentence: Sentence) -> None:
    """Shows bounds of one figure in one direction that differ: `GOOG 샤프 1 이상, AAPL 2 이상` is no conjunction."""
    bounds: dict[tuple[str, FilterOp], set[object]] = {}
    for condition in (condition for claim in sentence.claims for condition in claim.filters):
        if condition.op in _BOUNDS:
            bounds.setdefault((condition.field, condition.op), set()).add(condition.value)
    unclear = {field for (field, _), values in bounds.items() if len(values) > 1}
    for place, claim in enumerate(sentence.claims):
        if any(condition.field in unclear and condition.op in _BOUNDS for condition in claim.filters):
            sentence.claims[place] = replace(claim, filters=(), unapplied=True)


def _beside(sentence: Sentence, owners: list[Claim | None], at: int, step: int) -> Claim | None:
    """The claim next to a conjunction, with nothing but glue between."""
    for _ in range(_MOST_GLUE):
        at += step
        if not 0 <= at < len(owners) or owners[at] is not None or sentence.words.letters[at] not in _BETWEEN:
            break
    return owners[at] if 0 <= at < len(owners) else None


def _is_list(sentence: Sentence, left: Claim, right: Claim) -> bool:
    kinds = {sentence.words.letters[claim.first] for claim in (left, right)}
    return len(kinds) == 1 and kinds <= set(_NAMES)


def _show(sentence: Sentence, left: Claim, right: Claim) -> None:
    named = {sentence.words.letters[claim.first] for claim in (left, right)} & set(_NAMES)
    for place, claim in enumerate(sentence.claims):
        of_a_list = sentence.words.letters[claim.first] in named and claim.last - claim.first == 1
        if claim is left or claim is right or of_a_list:
            sentence.claims[place] = replace(claim, filters=(), order=None, limit=None, unapplied=True)
