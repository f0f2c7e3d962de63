"""The languages that requests come in."""

from enum import StrEnum

_HANGUL = (("\uac00", "\ud7a3"), ("\u1100", "\u11ff"), ("\u3130", "\u318f"))


class Language(StrEnum):
    """The languages that answers are written in."""

    KOREAN = "ko"
    ENGLISH = "en"


def language_of(text: str) -> Language:
    """Korean where any Hangul is in it, so that "RSI 14로 GOOG 전략" counts as Korean; else English."""
    hangul = any(low <= character <= high for character in text for low, high in _HANGUL)
    return Language.KOREAN if hangul else Language.ENGLISH
