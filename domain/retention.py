"""How long what is kept is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Whether prompts and answers are stored at all, and for how many days."""

    store_bodies: bool = False
    bodies_days: int = 30
