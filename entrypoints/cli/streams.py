"""Standard input and output as a command finds them: any encoding, closed, or read by nobody any more."""

import os
import sys
from pathlib import Path
from typing import TextIO


def ready_streams() -> None:
    """Whatever is printed can be: what an encoding has no letters for is escaped, and a closed output swallows it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # it is open as long as we are
        elif not speaks_unicode(stream):
            stream.reconfigure(errors="backslashreplace")


def speaks_unicode(stream: TextIO) -> bool:
    """Whether every letter can be written to it."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")


def nobody_reads() -> None:
    """What is still to be written goes nowhere: the flush at the end would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def as_text(argument: str) -> str:
    """An argument as it was typed: UTF-8, also where the locale took its bytes for something else.

    Raises: UnicodeError for what is no text.
    """
    if any("\udc80" <= character <= "\udcff" for character in argument):
        return os.fsencode(argument).decode()
    return argument
