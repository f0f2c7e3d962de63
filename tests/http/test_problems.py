import inspect

import pytest

from domain import errors
from domain.errors import DomainError
from entrypoints.http.problems import STATUS, status_of


def concrete_errors() -> list[type[DomainError]]:
    return [
        e for _, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, DomainError) and e is not DomainError
    ]


@pytest.mark.parametrize("error", concrete_errors())
def test_every_domain_error_finds_a_status(error: type[DomainError]) -> None:
    assert status_of(error) in STATUS.values()


def test_an_error_outside_of_the_table_is_noticed() -> None:
    class Stray(DomainError):
        pass

    with pytest.raises(KeyError):
        status_of(Stray)


def test_codes_are_distinct_and_in_kebab_case() -> None:
    codes = [error.code for error in concrete_errors()]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower().replace("_", "-") for code in codes)
