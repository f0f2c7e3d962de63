import json
import pickle
import zipfile
from io import BytesIO

import pytest

from application.ports.backtest_reader import BacktestReader
from domain.foreign_run import ForeignRun, Stated, UnreadableFile, imported

DEEP = 100_000


class BacktestReaderContract:
    """What every reader of another engine's files promises. A subclass has `make`, and a file of its engine's."""

    name: str
    text: bytes
    """A file that is text, with one run."""

    @staticmethod
    def make() -> BacktestReader:
        raise NotImplementedError

    def read(self, content: bytes) -> list[ForeignRun]:
        return self.make().read(content, name=self.name)

    def test_the_same_bytes_give_the_same_run(self) -> None:
        (run,) = self.read(self.text)
        assert self.read(self.text) == [run]
        assert not run.errors
        assert run.metrics["total_return"]

    def test_a_byte_order_mark_is_no_letter(self) -> None:
        assert self.read(b"\xef\xbb\xbf" + self.text) == self.read(self.text)
        assert self.read(self.text.decode().encode("utf-16")) == self.read(self.text)

    def test_line_ends_are_those_of_any_system(self) -> None:
        lines = json.dumps(json.loads(self.text), indent=1, ensure_ascii=False) if self.holds_json() else ""
        text = lines.encode() or self.text
        assert self.read(text.replace(b"\r", b"").replace(b"\n", b"\r\n")) == self.read(self.text)

    def holds_json(self) -> bool:
        return self.text.startswith(b"{")

    def test_blanks_around_it_say_nothing(self) -> None:
        assert self.read(b"\n " + self.text + b" \n\n") == self.read(self.text) or not self.holds_json()

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "empty"),
            (b" \r\n\t ", "empty"),
            (b"\xef\xbb\xbf", "empty"),
            (b"{", "no JSON"),
            (b"[" * DEEP + b"]" * DEEP, "deep"),
            (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "deep"),
            (b"9" * 10_000, "holds no"),
            (b"{}", "holds no"),
            (b"[]", "holds no"),
            (b"null", "holds no"),
            (b'"[]"', "holds no"),
            (b"hello", "holds no"),
            (b",,\n , \n", "holds no"),
            (b"\0\1\2\3", "NUL"),
            (b"\xff\xfa\xf0\x80\xff", "neither UTF-8 nor CP949"),
            (pickle.dumps({"Return [%]": 1.0}), "pickle"),
            (pickle.dumps([1], protocol=2), "pickle"),
            (b"\x1f\x8b\x08\x00", "gzip"),
            (b"PAR1\x15\x04", "Parquet"),
            (b"\x89HDF\r\n", "HDF5"),
        ],
    )
    def test_what_is_no_file_of_the_engine_is_refused_with_the_reason(self, content: bytes, says: str) -> None:
        with pytest.raises(UnreadableFile, match=says):
            self.read(content)

    def test_a_truncated_file_is_refused_or_says_what_it_lacks(self) -> None:
        for cut in range(0, len(self.text), max(1, len(self.text) // 40)):
            try:
                runs = self.read(self.text[:cut])
            except UnreadableFile:
                continue
            assert all(imported(run, Stated(strategy="s", symbols=("A",))).errors or run.metrics for run in runs)
            assert not self.holds_json()

    def test_a_zip_of_something_else_is_refused(self) -> None:
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("notes.txt", "메모")
        with pytest.raises(UnreadableFile):
            self.read(packed.getvalue())
