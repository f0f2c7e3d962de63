"""Texts as terms, Korean by the morphology of Kiwi."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, Protocol

from domain.terms import Morpheme, has_hangul, korean_words, terms_of

NOUNS: Final = frozenset({"NNG", "NNP", "XR"})
VERBS: Final = ("VV", "VA")
MAKES_A_VERB: Final = frozenset({"XSV", "XSA"})
MOST_KEPT: Final = 4_096
"""So many texts keep their terms: names and descriptions of runs repeat."""
LONGEST_KEPT: Final = 300


class Token(Protocol):
    """What is used of a token of Kiwi."""

    form: str
    tag: str
    start: int
    len: int


class Engine(Protocol):
    """What is used of Kiwi."""

    def tokenize(self, text: str) -> Iterable[Token]:
        """Its morphemes, as they follow each other."""


class KiwiAnalyzer:
    """Kiwi in a thread of its own, loaded with the first Korean text: 2 s and 240 MB that nobody else pays for."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kiwi")
        self._engine: Engine | None = None
        self._kept: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    async def terms(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The terms of each text in their order."""
        read = {text: self._kept[text] for text in texts if text in self._kept}
        korean = [text for text in dict.fromkeys(texts) if text not in read and has_hangul(text)]
        if korean:
            loop = asyncio.get_running_loop()
            read |= await loop.run_in_executor(self._thread, self._read, korean)
        return [read[text] if text in read else terms_of(text) for text in texts]

    async def aclose(self) -> None:
        """What waits is not done; the text under way is waited for."""
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        self._engine = None

    def _read(self, texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """In the thread, one caller after the other."""
        read = {text: terms_of(text, morphology=self._morphemes) for text in texts}
        self._kept.update((text, terms) for text, terms in read.items() if len(text) <= LONGEST_KEPT)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return read

    def _morphemes(self, text: str) -> Iterator[Morpheme]:
        single: list[Token] = []
        for token, after in pairwise((*self._loaded().tokenize(text), None)):
            if token is None:
                continue
            if single and token.start != single[-1].start + single[-1].len:
                yield from _joined(single)
                single = []
            noun = token.tag in NOUNS
            if noun and len(token.form) == 1:
                single.append(token)
            elif noun or token.tag.startswith(VERBS):
                made = noun and after is not None and after.tag in MAKES_A_VERB
                ending = ("하다" if made else "") if noun else "다"
                yield Morpheme(word=token.form + ending, start=token.start, end=token.start + token.len)
        yield from _joined(single)

    def _loaded(self) -> Engine:
        if self._engine is None:
            from kiwipiepy import Kiwi

            # Without these dictionaries it takes half the memory; what they know are names, typing errors, idioms.
            engine = Kiwi(num_workers=1, load_default_dict=False, load_typo_dict=False, load_multi_dict=False)
            for word in korean_words():
                engine.add_user_word(word, "NNG", 0.0)
            self._engine = engine
        return self._engine


def _joined(single: Sequence[Token]) -> Iterator[Morpheme]:
    """Nouns of one syllable that follow each other are a name that no dictionary knows; one alone is nothing."""
    if len(single) > 1:
        end = single[-1].start + single[-1].len
        yield Morpheme(word="".join(token.form for token in single), start=single[0].start, end=end)
