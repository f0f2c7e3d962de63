"""The use cases of keys, as a part of the container."""

from dependency_injector import containers, providers

from application.ports.governance import GovernanceSource
from application.ports.key_ring import KeyRing
from application.ports.system import Clock, Ids
from application.use_cases.admit_first_admin import AdmitFirstAdmin
from application.use_cases.authenticate import Authenticate
from application.use_cases.issue_key import IssueKey
from application.use_cases.list_keys import ListKeys
from application.use_cases.revoke_key import RevokeKey
from application.use_cases.rotate_key import RotateKey
from entrypoints.parts import Tokens


class KeyUseCases(containers.DeclarativeContainer):
    """Each of them once."""

    ring: providers.Dependency[KeyRing] = providers.Dependency()
    governance: providers.Dependency[GovernanceSource] = providers.Dependency()
    tokens: providers.Dependency[Tokens] = providers.Dependency()
    local_token: providers.Object[str | None] = providers.Object(None)
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()

    authenticate = providers.Singleton(
        Authenticate, keys=ring, clock=clock, tokens=tokens.provided.verifier, local_token=local_token
    )
    admit_first_admin = providers.Singleton(AdmitFirstAdmin, keys=ring, clock=clock, ids=ids)
    issue_key = providers.Singleton(IssueKey, keys=ring, governance=governance, clock=clock, ids=ids)
    list_keys = providers.Singleton(ListKeys, keys=ring)
    revoke_key = providers.Singleton(RevokeKey, keys=ring, clock=clock, ids=ids)
    rotate_key = providers.Singleton(RotateKey, keys=ring, clock=clock, ids=ids)
