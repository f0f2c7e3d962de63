import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Unauthenticated
from domain.identity import Role
from domain.token import LEEWAY_SECONDS, claims_of, looks_like_token
from tests.builders import MOMENT, later

END = MOMENT.timestamp() + 60
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
)


def reason(**said: object) -> object:
    with pytest.raises(Unauthenticated) as refused:
        claims_of({"sub": "김민지", "exp": END, **said}).principal(at=MOMENT)
    return refused.value.facts["reason"]


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        (["admin"], {Role.ADMIN}),
        (["service", "trader", "user"], {Role.SERVICE, Role.USER}),
        ("user service", {Role.USER, Role.SERVICE}),
        ("trader", {Role.USER}),
        ("administrator", {Role.USER}),
        ([], {Role.USER}),
        (None, {Role.USER}),
        ({"admin": True}, {Role.USER}),
        ([["admin"]], {Role.USER}),
        (7, {Role.USER}),
        ("ADMIN", {Role.USER}),
    ],
)
def test_roles_that_are_ours_are_taken_and_nobody_has_none(said: object, roles: set[Role]) -> None:
    assert claims_of({"sub": "김민지", "exp": END, "roles": said}).roles == roles


def test_a_token_ends_when_it_says() -> None:
    claims = claims_of({"sub": "김민지", "exp": END})
    assert claims.principal(at=later(59.999)).user_id == "김민지"
    with pytest.raises(Unauthenticated) as refused:
        claims.principal(at=later(60))
    assert refused.value.facts["reason"] == "expired"


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_token_begins_when_it_says_but_for_a_difference_of_clocks(name: str) -> None:
    begins = MOMENT.timestamp() + LEEWAY_SECONDS
    assert claims_of({"sub": "김민지", "exp": END, name: begins}).principal(at=MOMENT).user_id == "김민지"
    assert reason(**{name: begins + 0.001}) == "not-yet-valid"


def test_the_key_of_a_row_says_that_it_was_a_token_and_whose_also_for_somebody_else() -> None:
    principal = claims_of({"sub": "platform", "exp": END, "roles": "service"}).principal(at=MOMENT)
    assert principal.acting_for("김민지").key_id == "jwt:platform"


@pytest.mark.parametrize(
    "said",
    [
        {"sub": None}, {"sub": ""}, {"sub": 5}, {"sub": "x" * 201}, {"sub": "a\0b"}, {"sub": "\ud800"},
        {"sub": ["민지"]},
        {"exp": None}, {"exp": "1"}, {"exp": True}, {"exp": float("nan")}, {"exp": float("inf")}, {"exp": 10**400},
        {"exp": 1e300}, {"exp": [END]}, {"nbf": "soon"}, {"iat": -1e300}, {"nbf": False},
    ],
)  # fmt: skip
def test_a_token_without_a_user_or_with_times_that_are_none_cannot_be_used(said: dict[str, object]) -> None:
    assert reason(**said) == "unusable"


@given(said=st.dictionaries(st.sampled_from(["sub", "exp", "nbf", "iat", "roles"]), ANYTHING))
def test_whatever_a_token_says_it_is_used_or_refused(said: dict[str, object]) -> None:
    try:
        principal = claims_of(said).principal(at=MOMENT)
    except Unauthenticated as refused:
        assert refused.facts["reason"] in {"unusable", "expired", "not-yet-valid"}  # noqa: PT017  # either way is right
    else:
        assert principal.scope.user_id == said["sub"]
        assert principal.roles


@pytest.mark.parametrize(
    ("secret", "is_token"),
    [
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl", True),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", True),
        ("qt_" + "x" * 43, False),
        ("correct.horse.battery", False),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0", False),
        ("eyJh.eyJz.c2ln.bmF0", False),
        ("eyJh bG.eyJz.c2ln", False),
        ("eyJ한글.eyJz.c2ln", False),
        (json.dumps({"alg": "none"}), False),
    ],
)
def test_a_token_has_three_parts_the_first_of_which_begins_an_object(secret: str, is_token: bool) -> None:  # noqa: FBT001  # a column
    assert looks_like_token(secret) is is_token
