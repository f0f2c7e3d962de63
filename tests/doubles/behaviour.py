"""What the calls of the double meet: one way for all of them, or a mix of ways by chance and a seed."""

import random
from collections import Counter
from dataclasses import dataclass, field

MODES = (
    "ok", "error", "throttle", "stall", "hang", "garbage", "cut", "no_usage", "down", "refusal", "filter", "no_choices",
)  # fmt: skip
WORDS = (
    *("모멘텀이", "추세가", "낙폭이", "손절이", "변동성이", "강합니다", "약합니다", "이어집니다", "길어집니다"),
    *("the", "strategy", "holds", "waits", "while", "momentum", "fades", "near", "its", "average", "again"),
)
SENTENCE_WORDS = 9


@dataclass(kw_only=True)
class Behaviour:
    """What the next calls meet, after so many; `times` None is all of them. `path` narrows to a part of the path.

    `mix` gives modes their probabilities, and what is left of them is `mode`'s; `tokens` the least and the most tokens
    of an answer in prose. Both are drawn for each call from the seed and from what the call is, not from its turn:
    the same calls meet the same in every run, in whatever order they come.
    """

    mode: str = "ok"
    times: int | None = None
    after: int = 0
    status: int = 500
    retry_after: str | None = None
    delay: float = 0.0
    pace: float | None = None
    """Seconds between two pieces of a stream; `delay` where not said."""
    path: str | None = None
    code: str | None = None
    answers: list[str] = field(default_factory=list)
    tokens: list[int] | None = None
    mix: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def takes(self, path: str) -> bool:
        """Whether the call is meant, counting it."""
        if (self.path is not None and self.path not in path) or self.times == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def chance(self, what: str) -> random.Random:
        """What is drawn for this call is drawn from this; a second one for the same is another."""
        self.seen[what] += 1
        return random.Random(f"{self.seed}/{what}/{self.seen[what]}")  # noqa: S311  # how a test goes, not a secret

    def mode_by(self, chance: random.Random) -> str:
        drawn = chance.random()
        for mode, share in self.mix.items():
            if (drawn := drawn - share) < 0:
                return mode
        return self.mode


def prose(tokens: int, chance: random.Random) -> str:
    """Sentences without a figure, longer than so many tokens: to be cut to them."""
    words = [chance.choice(WORDS) for _ in range(tokens + SENTENCE_WORDS)]
    ended = (f"{word}." if i % SENTENCE_WORDS == 0 else word for i, word in enumerate(words, start=1))
    return " ".join(ended)
