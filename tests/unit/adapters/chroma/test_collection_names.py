import re

from hypothesis import given
from hypothesis import strategies as st

from adapters.chroma.names import collection_name
from tests.builders import a_scope

ACCEPTED = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]")
SPACES = st.text(min_size=1, max_size=300)
USERS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=200)


def test_a_plain_space_is_readable_in_the_name() -> None:
    assert re.fullmatch(
        r"user_backtests\.text-embedding-3-small\.[0-9a-f]{24}\.1",
        collection_name(a_scope(), "text-embedding-3-small"),
    )


@given(user=USERS, space=SPACES)
def test_every_name_is_one_that_chroma_accepts(user: str, space: str) -> None:
    assert ACCEPTED.fullmatch(collection_name(a_scope(user), space))


@given(spaces=st.lists(SPACES, min_size=2, max_size=2, unique=True))
def test_two_spaces_never_share_a_collection(spaces: list[str]) -> None:
    assert len({collection_name(a_scope(), space) for space in spaces}) == 2


@given(users=st.lists(USERS, min_size=2, max_size=2, unique=True))
def test_two_users_never_share_a_collection(users: list[str]) -> None:
    assert len({collection_name(a_scope(user), "e5") for user in users}) == 2
