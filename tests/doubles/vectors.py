"""Vectors with a little meaning: hashed words and character trigrams."""

import hashlib
import math
import re

WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[가-힣]+")


def vector(text: str, dimensions: int) -> list[float]:
    """The same for the same text in every process, of length 1, near for texts that share words or parts of words."""
    numbers = [0.0] * dimensions
    words = WORD.findall(text.casefold()) or [" "]
    for word in words:
        _add(numbers, f"word {word}", 1.0)
        padded = f"^{word}$"
        for i in range(len(padded) - 2):
            _add(numbers, f"part {padded[i : i + 3]}", 0.4)
    length = math.sqrt(sum(n * n for n in numbers)) or 1.0
    return [n / length for n in numbers]


def _add(numbers: list[float], feature: str, weight: float) -> None:
    digest = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
    numbers[digest // 2 % len(numbers)] += weight if digest % 2 else -weight
