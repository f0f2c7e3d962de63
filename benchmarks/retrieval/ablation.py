"""The stages of the search, one changed in each row: what each of them is worth."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from application.memory import BacktestMemory
from application.use_cases.search_backtests import SearchBacktests
from benchmarks.retrieval.systems import Product, System, WithoutGrammar
from domain.ranking import Tuning

Change = Callable[[Tuning], Tuning]
STAGES: Mapping[str, Change] = {
    "meaning off": lambda tuning: replace(tuning, dense_weight=0.0),
    "words off": lambda tuning: replace(tuning, words_weight=0.0),
    "meaning twice as heavy": lambda tuning: replace(tuning, dense_weight=2 * tuning.words_weight),
    "words twice as heavy": lambda tuning: replace(tuning, words_weight=2 * tuning.dense_weight),
    "plain words off": lambda tuning: replace(tuning, gist_weight=0.0),
    "plain words half as heavy": lambda tuning: replace(tuning, gist_weight=tuning.gist_weight / 2),
    "numbers off": lambda tuning: replace(tuning, number_weight=0.0),
    "names that are absent not asked for": lambda tuning: replace(tuning, strict_names=False),
    "ranks counted from 60": lambda tuning: replace(tuning, rank_offset=60),
    "any number of a family": lambda tuning: replace(tuning, most_of_a_family=None),
    "named families not first": lambda tuning: replace(tuning, families_first=False),
    "no threshold": lambda tuning: replace(tuning, least_known=None),
    "threshold of words alone": lambda tuning: replace(tuning, sure_similarity={}),
}
"""What is another in each row, by its name."""


def stages(memory: BacktestMemory) -> Iterator[System]:
    """The product with one stage changed each, and without its grammar."""
    yield WithoutGrammar(memory=memory)
    for name, change in STAGES.items():
        changed = replace(memory, tuning=change(memory.tuning))
        yield Product(name=name, search=SearchBacktests(memory=changed))
