"""Text of others inside a prompt: bounded, fenced, and unable to close its fence."""

import re
import unicodedata

OPEN, CLOSE = "<<<", ">>>"
ELLIPSIS = "…"
# Two brackets on end could pass for a fence; `<|` and `|>` enclose the control words of chat templates.
_OPENING = re.compile(r"[<＜﹤‹«《⟪]{2,}|[<＜﹤](?=\s*\|)")
_CLOSING = re.compile(r"[>＞﹥›»》⟫]{2,}|(?<=\|)\s*[>＞﹥]")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
_LAYOUT = "\n\t"


def fenced(label: str, text: str, *, most: int) -> str:
    """The text between two lines that only we can write, at most `most` characters of it."""
    return f"{OPEN}{label}{CLOSE}\n{harmless(text, most=most)}\n{OPEN}end of {label}{CLOSE}"


def harmless(text: str, *, most: int) -> str:
    """The text without anything that looks like a fence, cut where it is longer."""
    # Joiners and other invisible characters go first: between two brackets they would hide a fence.
    visible = "".join(c for c in text if c in _LAYOUT or unicodedata.category(c) not in _INVISIBLE)
    return shortened(_CLOSING.sub(")", _OPENING.sub("(", visible)).strip(), most)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS


def shortened_to_bytes(text: str, most: int) -> str:
    """The same, counted in UTF-8: no byte-level tokenizer makes more tokens of a text than it has bytes."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= most:
        return text
    return encoded[: most - len(ELLIPSIS.encode())].decode("utf-8", "ignore").rstrip() + ELLIPSIS
