"""The vectors of one collection in memory, searched exactly."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from domain.embedding import SIMILARITY_DECIMALS, Neighbour, Vector, nearest_first, of_length_one

Rows = npt.NDArray[np.float32]
# More than rounding to 5 decimals and summing in 32 bits can move a similarity.
BOUNDARY = 3e-5
FIRST_CAPACITY = 64


def directions(vectors: Iterable[Vector]) -> Rows:
    """The vectors, of length 1. Shapes: (len(vectors), dimensions)."""
    return np.array([of_length_one(vector) for vector in vectors], dtype=np.float32)


class CardMatrix:
    """Cards by id, one row of length 1 each; rows are kept dense, their order means nothing."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._row_of: dict[str, int] = {}
        self._rows: Rows = np.empty((0, 0), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def card_ids(self) -> Sequence[str]:
        """All of them, in no order."""
        return self._ids

    @property
    def dimensions(self) -> int | None:
        """The size of its vectors; None while it is empty."""
        return self._rows.shape[1] if self._ids else None

    @property
    def bytes_held(self) -> int:
        """What its rows take in memory."""
        return self._rows.nbytes

    def put(self, card_ids: Sequence[str], vectors: Rows) -> None:
        """The cards are in it, replacing those of the same id."""
        self._reserve(len(self) + len(card_ids), dimensions=vectors.shape[1])
        for card_id, vector in zip(card_ids, vectors, strict=True):
            row = self._row_of.setdefault(card_id, len(self._ids))
            if row == len(self._ids):
                self._ids.append(card_id)
            self._rows[row] = vector

    def drop(self, card_ids: Iterable[str]) -> None:
        """None of the ids is in it; the last row fills each gap."""
        for card_id in card_ids:
            row = self._row_of.pop(card_id, None)
            if row is None:
                continue
            last_id = self._ids.pop()
            if last_id != card_id:
                self._rows[row] = self._rows[len(self._ids)]
                self._ids[row] = last_id
                self._row_of[last_id] = row

    def nearest(self, query: Rows, *, top_k: int, among: frozenset[str] | None) -> list[Neighbour]:
        """The nearest of its cards, or of those `among` them, in the order of every store."""
        wanted = np.arange(len(self)) if among is None else self._rows_of(among)
        if not len(wanted) or top_k < 1:
            return []
        candidates = wanted[self._may_be_among_the_first(query, wanted, top_k)]
        found = zip(candidates, self._similarities(query, candidates), strict=True)
        return nearest_first((Neighbour(card_id=self._ids[row], similarity=value) for row, value in found), top_k)

    def _rows_of(self, card_ids: Iterable[str]) -> npt.NDArray[np.intp]:
        rows = (self._row_of.get(card_id) for card_id in card_ids)
        return np.fromiter((row for row in rows if row is not None), dtype=np.intp)

    def _may_be_among_the_first(self, query: Rows, wanted: npt.NDArray[np.intp], top_k: int) -> npt.NDArray[np.bool_]:
        """A fast pass in 32 bits that keeps every card near the boundary, however many tie there."""
        rows = self._rows[: len(self)]
        # Copying many rows out costs more than multiplying all of them where they are.
        rough = (rows @ query)[wanted] if len(wanted) * 4 > len(rows) else rows[wanted] @ query
        if top_k >= len(rough):
            return np.ones(len(rough), dtype=np.bool_)
        boundary = np.partition(rough, -top_k)[-top_k]
        kept: npt.NDArray[np.bool_] = rough >= boundary - BOUNDARY
        return kept

    def _similarities(self, query: Rows, rows: npt.NDArray[np.intp]) -> list[float]:
        cosines = np.clip(self._rows[rows].astype(np.float64) @ query.astype(np.float64), -1, 1)
        return [round(float(cosine), SIMILARITY_DECIMALS) for cosine in cosines]

    def _reserve(self, rows: int, *, dimensions: int) -> None:
        if rows <= self._rows.shape[0] and dimensions == self._rows.shape[1]:
            return
        grown = np.empty((max(FIRST_CAPACITY, rows, len(self) * 3 // 2), dimensions), dtype=np.float32)
        if self._ids:
            grown[: len(self)] = self._rows[: len(self)]
        self._rows = grown
