import bpe_openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tokens.tokenizer import BpeTokenizer
from tests.builders import a_model

EXACT = ("o200k_base", "cl100k_base")
KOREAN_AND_ENGLISH = st.text(
    st.one_of(
        st.characters(max_codepoint=0x17F, min_codepoint=0),
        st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
    ),
    max_size=120,
)
TOKENIZER = BpeTokenizer()


@pytest.mark.parametrize("encoding", EXACT)
@given(text=KOREAN_AND_ENGLISH)
@settings(max_examples=100, deadline=None)
def test_it_counts_as_an_independent_implementation_does(encoding: str, text: str) -> None:
    independent = len(bpe_openai.get_encoding(encoding).encode_ordinary(text))

    assert TOKENIZER.count(text, model=a_model(encoding=encoding)) == independent


@pytest.mark.parametrize(("encoding", "count"), [("o200k_base", 6), ("cl100k_base", 9)])
def test_known_counts_hold(encoding: str, count: int) -> None:
    assert TOKENIZER.count("hello 안녕하세요 RSI 14", model=a_model(encoding=encoding)) == count


@pytest.mark.parametrize("encoding", EXACT)
def test_a_special_token_in_a_text_is_plain_text(encoding: str) -> None:
    assert TOKENIZER.count("<|endoftext|>", model=a_model(encoding=encoding)) > 1


@pytest.mark.parametrize("text", ["plain English words", "한국어 문장입니다", "mixed 한글 text 14"])
def test_an_unknown_vocabulary_is_estimated_above_a_known_one(text: str) -> None:
    known = TOKENIZER.count(text, model=a_model(encoding="cl100k_base"))

    assert known < TOKENIZER.count(text, model=a_model(encoding="somebody-elses")) <= 4 * known + 10
