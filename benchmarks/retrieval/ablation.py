"""The stages of the search, one changed in each row: what each of them is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from application.memory import BacktestMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A row of the table: its name, and the settings of the search that are another in it."""

    name: str
    settings: Mapping[str, object]


STAGES: tuple[Stage, ...] = ()


def without(stage: Stage, memory: BacktestMemory) -> BacktestMemory:
    """The same memory with the settings of this stage."""
    return replace(memory, **stage.settings)  # type: ignore[arg-type]  # each names a field of the memory
