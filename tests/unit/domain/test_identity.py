import pytest

from domain.errors import ModelNotAllowed, Refused, RoleRequired, ServiceNotAllowed, Unauthenticated
from domain.identity import Role
from tests.builders import a_principal, a_scope, an_api_key, later


@pytest.mark.parametrize("user_id", ["", "x" * 201, "a\0b", "a\ud800b"])
def test_a_user_id_that_no_store_could_take_is_refused(user_id: str) -> None:
    with pytest.raises(Refused) as refusal:
        a_scope(user_id)
    assert refusal.value.violations[0].field == "user_id"


@pytest.mark.parametrize("user_id", ["연구원 김", "mina@quant.kr", "../a/b", "x" * 200, " "])
def test_any_other_user_id_is_a_scope(user_id: str) -> None:
    assert a_scope(user_id).user_id == user_id


def test_a_caller_works_on_the_things_of_its_user() -> None:
    assert a_principal(user_id="준").scope == a_scope("준")


def test_one_of_the_roles_is_enough() -> None:
    a_principal(roles=frozenset({Role.ADMIN})).require(Role.SERVICE, Role.ADMIN)


def test_a_caller_without_the_role_is_told_which_it_needs() -> None:
    with pytest.raises(RoleRequired) as refusal:
        a_principal().require(Role.SERVICE, Role.ADMIN)
    assert refusal.value.facts["roles"] == (Role.SERVICE, Role.ADMIN)


@pytest.mark.parametrize("role", [Role.SERVICE, Role.ADMIN])
def test_a_service_or_an_admin_may_act_for_another_and_keeps_its_bounds(role: Role) -> None:
    caller = a_principal(roles=frozenset({role}), services=frozenset({"chatops"}), models=frozenset({"gpt-4o"}))
    acting = caller.acting_for("준")
    assert acting.scope == a_scope("준")
    assert (acting.roles, acting.key_id) == (caller.roles, caller.key_id)
    assert (acting.services, acting.models) == (caller.services, caller.models)


def test_a_user_may_not_act_for_another() -> None:
    with pytest.raises(RoleRequired):
        a_principal().acting_for("준")


def test_a_user_may_act_for_itself() -> None:
    assert a_principal().acting_for("mina@quant.kr") == a_principal()


def test_nobody_acts_for_a_user_that_cannot_be() -> None:
    with pytest.raises(Refused):
        a_principal(roles=frozenset({Role.ADMIN})).acting_for("")


def test_a_key_that_narrows_nothing_allows_every_service_and_model() -> None:
    a_principal(services=None, models=None).allow(service="gateway", model_id="o1-preview")


def test_a_key_refuses_a_service_it_does_not_name() -> None:
    with pytest.raises(ServiceNotAllowed):
        a_principal(services=frozenset()).allow(service="gateway")


def test_a_key_refuses_a_model_it_does_not_name() -> None:
    with pytest.raises(ModelNotAllowed) as refusal:
        a_principal(models=frozenset({"b", "a"})).allow(service="gateway", model_id="c")
    assert refusal.value.facts["allowed"] == ("a", "b")


def test_a_service_can_be_asked_about_before_the_model_is_known() -> None:
    a_principal(services=frozenset({"chatops"}), models=frozenset()).allow(service="chatops")


def test_a_key_stands_for_its_user_with_its_bounds() -> None:
    key = an_api_key(roles=frozenset({Role.SERVICE}), services=frozenset({"chatops"}), models=frozenset({"gpt-4o"}))
    assert key.principal(at=later(0)) == a_principal(
        key_id="key-1", roles=key.roles, services=key.services, models=key.models
    )


def test_an_expired_key_stands_for_nobody_from_that_moment_on() -> None:
    key = an_api_key(expires_at=later(60))
    assert key.principal(at=later(59.999)).key_id == "key-1"
    with pytest.raises(Unauthenticated) as refusal:
        key.principal(at=later(60))
    assert refusal.value.facts["reason"] == "expired"


def test_a_revoked_key_stands_for_nobody_from_that_moment_on() -> None:
    key = an_api_key().revoked(at=later(60))
    assert key.principal(at=later(59.999)).key_id == "key-1"
    with pytest.raises(Unauthenticated) as refusal:
        key.principal(at=later(60))
    assert refusal.value.facts["reason"] == "revoked"


@pytest.mark.parametrize(("first", "second"), [(60, 120), (120, 60)])
def test_the_earlier_end_of_a_key_stays(first: int, second: int) -> None:
    assert an_api_key().revoked(at=later(first)).revoked(at=later(second)).revoked_at == later(60)
