"""How a figure is compared."""

from enum import StrEnum


class FilterOp(StrEnum):
    """How a field is compared.

    What is missing matches no operator, `!=` and `not_in` included; a run that names no indicator uses none.
    """

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    NOT_IN = "not_in"
