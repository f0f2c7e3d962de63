"""The runs in a file that another backtesting engine wrote."""

from typing import Protocol

from domain.foreign_run import ForeignRun


class BacktestReader(Protocol):
    """Reads the files of one engine. It runs nothing that stands in them, and asks nobody."""

    def read(self, content: bytes, *, name: str) -> list[ForeignRun]:
        """Every run of the file, in its order, at least one; what of a run cannot be read is among its errors.

        The same bytes give the same runs, with or without a byte order mark, whatever their line ends. `name` is that
        of the file, of which some engines make the name of the run.
        Raises: UnreadableFile, where nothing can be made of it: it is empty, broken, too large, or of another format.
        """
