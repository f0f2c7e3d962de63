import pytest

from adapters.memory.audit_trail import InMemoryAuditTrail
from adapters.memory.backtest_archive import InMemoryBacktestArchive
from adapters.memory.ids import CountingIds
from adapters.memory.index_spaces import InMemoryIndexSpaces
from adapters.memory.revisions import InMemoryRevisions
from application.spaces import Spaces
from domain.errors import StoreUnavailable
from domain.space import Space, StoredSpace
from tests.builders import MOMENT


def some_spaces() -> InMemoryIndexSpaces:
    archive = InMemoryBacktestArchive(ids=CountingIds())
    return InMemoryIndexSpaces(archive, revisions=InMemoryRevisions(), trail=InMemoryAuditTrail())


E5 = StoredSpace(space=Space(model_id="e5"), store="chroma-1")


async def test_where_no_space_answers_yet_that_is_no_empty_answer() -> None:
    spaces = Spaces(store=some_spaces())
    with pytest.raises(StoreUnavailable):
        await spaces.look()


async def test_questions_keep_to_what_was_seen_last_and_a_look_sees_what_others_did() -> None:
    store = some_spaces()
    await store.adopt(E5, at=MOMENT)
    here = Spaces(store=store)
    assert await here.look() == here.serving == E5
    another = StoredSpace(space=Space(model_id="e5", generation=2), store="qdrant-1")
    await store.adopt(another, at=MOMENT)
    assert here.serving == E5
    assert await here.look() == here.serving == another
