"""What a text shows that is no prose: code, addresses, names tied by dots.  No space is lost there."""

from __future__ import annotations

import re

from cleaner.repair.words import ADDRESS_ENDINGS, SENTENCE_OPENERS

LETTER = "A-Za-zÀ-ÖØ-öø-ɏͰ-ϿЀ-ӿ"
"""The inside of a class of letters: Latin, Greek and Cyrillic, which part words by spaces and sentences by marks."""

_CODE_OR_ADDRESS = re.compile(r"[@/\\_#=<>{}|~^*]|::|www\.|\w[(\[]\w*[,;.:]|\d[,.:;]\w|&\w+;|\.\.", re.IGNORECASE)
# These begin with a plain set of characters and look back after it: so a search skips what cannot match.
_CODE = re.compile(
    r"[{}\\(:;=!<>-](?:(?<=[{}\\])|(?<=\()\)|(?<=:)[:=]|(?<=;)\s*$|(?<=[=!<>])=|(?<=[=-])>|(?<=<)/"
    r"|(?<=\w\()[\w\"']+\)[;.\w])"
)
_BEGINS_CODE = re.compile(r"\s{4,}\S|\s*(?:using|import|from) [\w.]+")
# `file.Close(`, `v2.Close(`: the document shows code.  It is sought from the dot on, so that long words cost nothing.
_CALL = re.compile(r"\.(?:(?<=[A-Za-z_].)|(?<=[A-Za-z]\d.))[A-Za-z]\w*\(")
_NAMES = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+[.,;:]?")  # nothing but names tied by dots
_LAST_LETTERS = re.compile(f"[{LETTER}]+$")
_WINDOW = 192  # characters of a line looked at on either side of a place


def shows_code(text: str) -> bool:
    """Return whether a document holds calls of functions, as `mu.Lock()`.

    >>> shows_code("It calls file.Close() at the end."), shows_code("They met in Oslo.The talks (of 2 May) failed.")
    (True, False)
    """
    return _CALL.search(text) is not None


def is_code_line(text: str, at: int) -> bool:
    """True where the characters round `at`, on its line, look like code."""
    start = max(text.rfind("\n", 0, at) + 1, at - _WINDOW)
    end = text.find("\n", at, at + _WINDOW)
    return looks_like_code(text[start : end if end >= 0 else at + _WINDOW])


def looks_like_code(line: str) -> bool:
    """Return whether a line holds marks of code, or begins like code."""
    return _CODE.search(line) is not None or _BEGINS_CODE.match(line) is not None


def is_code_or_address(chunk: str) -> bool:
    if _CODE_OR_ADDRESS.search(chunk):
        return True
    if sum(map(chunk.count, ",;")) > 2:  # a list for machines
        return True
    last = _LAST_LETTERS.search(chunk.rstrip(".,;:?!)\"'”’"))
    return "." in chunk and last is not None and last.group().lower() in ADDRESS_ENDINGS


def is_name_of_code(chunk: str, *, code: bool) -> bool:
    """True for three names tied by dots, in a document that shows code for two; sentences open with other words."""
    if "." not in chunk or _NAMES.fullmatch(chunk) is None:
        return False
    names = chunk.rstrip(".,;:").split(".")
    spelled = min(map(len, names)) > 1 and not any(name.lower() in SENTENCE_OPENERS for name in names[1:])
    return spelled and len(names) > (1 if code else 2)
