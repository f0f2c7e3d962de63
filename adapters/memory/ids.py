"""Identifiers that count."""


class CountingIds:
    """The same identifiers in every run: for tests, and nowhere else, since its secrets can be guessed."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> str:
        """The next number, padded so that text order is number order."""
        self._last += 1
        return f"{self._last:012d}"

    def secret(self) -> str:
        """A text that no other call gives."""
        return f"secret-{self.new()}"
