from dataclasses import replace

import pytest

from domain.erasure import GONE, Erased, ErasureOrder, nameless, without
from tests.builders import MOMENT, a_scope, an_audit_entry

ORDER = ErasureOrder(
    scope=a_scope("민지"), pseudonym="erased-1", begun_at=MOMENT, by_user_id="root", request_id="req-1", by_key_id="k"
)


@pytest.mark.parametrize(
    ("text", "user_id", "expected"),
    [
        ("민지", "민지", "X"),
        ("민지의 노트북", "민지", "X의 노트북"),
        ("김민지", "민지", "김민지"),
        ("budget (user mina), mina", "mina", "budget (user X), X"),
        ("mina2 and amina, mina_2", "mina", "mina2 and amina, X_2"),
        ("mina@quant.kr", "mina@quant.kr", "X"),
        ("팀/mina@quant.kr의 한도", "mina@quant.kr", "팀/X의 한도"),
        ("", "mina", ""),
        ("aaa a aa", "a", "aaa X aa"),
        ("%_%", "%_%", "X"),
    ],
)
def test_the_id_goes_where_it_is_a_word(text: str, user_id: str, expected: str) -> None:
    assert without(text, user_id, "X") == expected


def test_an_act_of_the_user_is_the_pseudonyms() -> None:
    entry = an_audit_entry(
        user_id="민지", request_id="req-민지", subject="민지 한도", facts={"before_for_user": "민지"}
    )
    changed = nameless(entry, ORDER)
    assert (changed.user_id, changed.request_id, changed.subject) == ("erased-1", "req-erased-1", "erased-1 한도")
    assert changed.facts == {"before_for_user": "erased-1"}


def test_an_act_that_says_nothing_of_the_user_stays_the_same() -> None:
    entry = an_audit_entry(facts={"for_user": "민지혜", "roles": ("user",), "name": None})
    assert nameless(entry, ORDER) == entry


def test_who_erases_themselves_did_so_by_the_pseudonym() -> None:
    order = replace(ORDER, by_user_id="민지", request_id="민지-1")
    assert order.caller.principal.user_id == "erased-1"
    assert order.caller.request_id == f"{GONE}-1"
    assert ORDER.caller.principal.user_id == "root"


def test_an_audit_row_says_the_counts() -> None:
    erased = Erased(removed={"keys": 1, "backtests": 2}, pseudonymised={})
    assert erased.facts == {"removed": ("backtests 2", "keys 1"), "pseudonymised": ()}
