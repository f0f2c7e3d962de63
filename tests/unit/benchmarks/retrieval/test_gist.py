"""Learning what plain words mean."""

import base64

import numpy as np

from benchmarks.retrieval.gist import BYTE, classes, learned, module
from domain import gist_weights
from domain.gist import STRATEGIES


def test_there_are_sentences_in_both_languages_for_everything_that_may_be_meant() -> None:
    every = classes()
    assert tuple(every) == gist_weights.NAMES
    assert set(STRATEGIES) == set(every) - {"absent", "off"}
    for name, sentences in every.items():
        korean = [any("가" <= letter <= "힣" for letter in sentence) for sentence in sentences]
        assert any(korean), name
        assert not all(korean), name


def test_what_was_learned_tells_the_labels_apart() -> None:
    vectors = np.array([[1.0, 0.1, 0.0], [1.0, 0.0, 0.1], [0.0, 1.0, 0.1], [0.1, 1.0, 0.0], [0.1, 0.0, 1.0]])
    mean, weights, bias = learned(vectors, [0, 0, 1, 1, 2])
    away = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) - mean
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    assert list((away @ weights.T + bias).argmax(axis=1)) == [0, 0, 1, 1, 2]


def test_the_module_holds_the_numbers_to_half_a_step() -> None:
    numbers = (np.array([0.5, -1.0]), np.array([[2.0, -3.0], [0.0, 1.0]]), np.array([0.25, -0.5]))
    held: dict[str, object] = {}
    exec(module("a-model", ("one", "two"), numbers), held)  # noqa: S102  # the text that was just made
    assert (held["MODEL_ID"], held["NAMES"], held["BIAS"]) == ("a-model", ("one", "two"), (0.25, -0.5))
    packed = np.frombuffer(base64.b64decode(str(held["WEIGHTS"])), dtype=np.int8)
    assert np.allclose(packed * (3.0 / BYTE), [2.0, -3.0, 0.0, 1.0], atol=1.5 / BYTE)
