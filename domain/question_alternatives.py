"""Conditions of which one is enough: a conjunction of filters cannot say that, so they are shown as unapplied."""

from dataclasses import replace

from domain.question_claims import Claim, Sentence
from domain.vocabulary import Kind

_BETWEEN = "JVcoAxe"
_NAMES = "SIFT"


def show_alternatives(sentence: Sentence) -> None:
    """Shows what `or` joins, unless it is a list of names of one kind."""
    for i, letter in enumerate(sentence.words.letters):
        if letter != Kind.OR or any(
            claim.first <= i < claim.last and claim.last - claim.first > 1 for claim in sentence.claims
        ):
            continue
        left, right = _claim_beside(sentence, i, -1), _claim_beside(sentence, i, 1)
        if left is not None and right is not None and not _is_list(sentence, left, right):
            _show(sentence, left, right)


def _claim_beside(sentence: Sentence, at: int, step: int) -> Claim | None:
    """The claim next to a conjunction, with nothing but glue between."""
    at += step
    while 0 <= at < len(sentence.words.letters):
        found = [
            claim
            for claim in sentence.claims
            if claim.first <= at < claim.last and not (claim.kept and claim.unapplied)
        ]
        if found:
            return found[0]
        if sentence.words.letters[at] not in _BETWEEN:
            return None
        at += step
    return None


def _is_list(sentence: Sentence, left: Claim, right: Claim) -> bool:
    kinds = {sentence.words.letters[claim.first] for claim in (left, right)}
    return len(kinds) == 1 and kinds <= set(_NAMES)


def _show(sentence: Sentence, left: Claim, right: Claim) -> None:
    named = {sentence.words.letters[claim.first] for claim in (left, right)} & set(_NAMES)
    for place, claim in enumerate(sentence.claims):
        of_a_list = sentence.words.letters[claim.first] in named and claim.last - claim.first == 1
        if claim is left or claim is right or of_a_list:
            sentence.claims[place] = replace(claim, filters=(), order=None, limit=None, unapplied=True)
