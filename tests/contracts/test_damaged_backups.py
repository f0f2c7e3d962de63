"""A file that is not whole is refused before anything is touched, wherever it was damaged."""

import hashlib
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sql.backup_form import DIGEST_BYTES, MANIFEST
from domain.backup import UnusableBackup
from tests.arbitrary import CONTRACT_SETTINGS
from tests.contracts.sql_engines import a_sqlite_at_head
from tests.contracts.test_backups import backed_up, filled, restored, stores_at

Damage = Callable[[bytes], bytes]


@pytest.fixture
async def whole(tmp_path: Path) -> bytes:
    url = await a_sqlite_at_head(tmp_path)
    await filled(url)
    return (await backed_up(url, tmp_path)).read_bytes()


async def refused(content: bytes, folder: Path) -> str:
    """What is said of a file with this content; the database that it was for was not even made."""
    path, target = folder / "damaged.backup", folder / "target.db"
    path.write_bytes(content)
    with pytest.raises(UnusableBackup) as raised:
        await restored(path, f"sqlite:///{target}")
    async with stores_at(f"sqlite:///{target}") as stores:
        with pytest.raises(UnusableBackup):
            await stores.backups.checked(path, lambda _: None)
    assert not target.exists()
    return raised.value.detail


async def test_a_bit_that_is_another_is_noticed_wherever_it_is(whole: bytes, tmp_path: Path) -> None:
    chance = random.Random(20261124)  # noqa: S311  # places, not secrets
    for _ in range(150):
        place, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        damaged = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
        await refused(damaged, tmp_path)


async def test_a_file_that_breaks_off_is_noticed_wherever_it_does(whole: bytes, tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311  # the same
    for length in (0, 1, 63, 64, 65, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(40))):
        await refused(whole[:length], tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no backup of Quantrail"),
        ("민지의 메모\n".encode() * 50, "is no backup of Quantrail"),
        (b"SQLite format 3\0" * 20, "is no backup of Quantrail"),
        (b"PK\x05\x06" + b"\0" * 18, "is no backup of Quantrail"),
    ],
)
async def test_a_file_of_something_else_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    assert says in await refused(content, tmp_path)


def sealed(members: dict[str, bytes], folder: Path) -> bytes:
    """A zip of these members whose digest is right, as somebody may make who knows the form."""
    path = folder / "sealed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = b"0" * DIGEST_BYTES
    head = path.read_bytes()[:-DIGEST_BYTES]
    return head + hashlib.sha256(head).hexdigest().encode()


def members_of(content: bytes, folder: Path) -> dict[str, bytes]:
    path = folder / "whole.zip"
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


FORGERIES: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "no manifest": lambda m: {name: content for name, content in m.items() if name != MANIFEST},
    "a table too few": lambda m: {name: content for name, content in m.items() if name != "strategies.ndjson"},
    "a member too many": lambda m: {**m, "evil.ndjson": b"[]\n"},
    "another row": lambda m: {**m, "strategies.ndjson": m["strategies.ndjson"].replace(b"GOOG", b"AAPL")},
    "a row too few": lambda m: {**m, "strategies.ndjson": m["strategies.ndjson"].partition(b"\n")[2]},
    "a line that is no JSON": lambda m: {**m, "strategies.ndjson": b"nonsense\n"},
    "a line that breaks off": lambda m: {**m, "strategies.ndjson": m["strategies.ndjson"][:-1]},
    "a manifest that is no JSON": lambda m: {**m, MANIFEST: b"{"},
    "a manifest of something else": lambda m: {**m, MANIFEST: m[MANIFEST].replace(b"quantrail-backup", b"other")},
    "another form": lambda m: {**m, MANIFEST: m[MANIFEST].replace(b'"format_version": 1', b'"format_version": 2')},
    "an unknown kind of column": lambda m: {**m, MANIFEST: m[MANIFEST].replace(b'"bytes"', b'"pickle"')},
    "a member of the manifest too many": lambda m: {**m, MANIFEST: m[MANIFEST].replace(b"{", b'{"x": 1,', 1)},
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_sealed_file_that_contradicts_itself_is_refused(forgery: str, whole: bytes, tmp_path: Path) -> None:
    forged = sealed(FORGERIES[forgery](members_of(whole, tmp_path)), tmp_path)
    path = tmp_path / "forged.backup"
    path.write_bytes(forged)
    target = f"sqlite:///{tmp_path / 'target.db'}"
    async with stores_at(target) as stores:
        with pytest.raises(UnusableBackup):
            await stores.backups.checked(path, lambda _: None)


async def test_the_same_members_sealed_again_are_a_backup(whole: bytes, tmp_path: Path) -> None:
    """The tests above would pass where everything is refused."""
    path = tmp_path / "again.backup"
    path.write_bytes(sealed(members_of(whole, tmp_path), tmp_path))
    assert await restored(path, f"sqlite:///{tmp_path / 'target.db'}") > 50


@CONTRACT_SETTINGS
@given(content=st.binary(max_size=4_000))
async def test_no_bytes_at_all_make_it_fail_otherwise(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    await refused(content, tmp_path_factory.mktemp("bytes"))
