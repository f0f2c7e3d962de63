from adapters.tokens.tokenizer import BpeTokenizer
from application.ports.tokenizer import Tokenizer
from tests.contracts.tokenizer_contract import TokenizerContract


class TestBpeTokenizer(TokenizerContract):
    @staticmethod
    def make() -> Tokenizer:
        return BpeTokenizer()
