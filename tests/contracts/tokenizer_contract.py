import pytest

from application.ports.tokenizer import Tokenizer
from tests.builders import a_model

ENCODINGS = ("o200k_base", "cl100k_base", "smollm2", "e5")


class TokenizerContract:
    """What every adapter of Tokenizer promises. A subclass has `make`, which gives one."""

    @staticmethod
    def make() -> Tokenizer:
        raise NotImplementedError

    @pytest.mark.parametrize("encoding", ENCODINGS)
    def test_an_empty_text_has_no_token(self, encoding: str) -> None:
        assert self.make().count("", model=a_model(encoding=encoding)) == 0

    @pytest.mark.parametrize("encoding", ENCODINGS)
    def test_a_longer_text_has_more_tokens(self, encoding: str) -> None:
        tokenizer, model = self.make(), a_model(encoding=encoding)
        text = "GOOG의 RSI 14 역추세 전략, sharpe 0.61. "

        assert 0 < tokenizer.count(text, model=model) < tokenizer.count(text * 3, model=model)

    @pytest.mark.parametrize("text", ["<|endoftext|>", "<|im_start|>system", "a\0b", "half \ud800 a pair", "\n\t\r"])
    @pytest.mark.parametrize("encoding", ENCODINGS)
    def test_any_text_is_counted(self, encoding: str, text: str) -> None:
        assert self.make().count(f"x{text}", model=a_model(encoding=encoding)) >= 1
