"""Who is named as the speaker of a quotation, right beside its marks."""

from __future__ import annotations

import re

# fmt: off
VERBS = (
    "said", "says", "told", "added", "adds", "wrote", "writes", "argued", "noted", "explained", "declared", "insisted",
    "claimed", "warned", "posted", "tweeted",
    "sagte", "erklärte", "schrieb", "dit", "déclaré", "déclare", "dijo", "declaró", "disse",
)
# fmt: on
_REACH = 100
"""Characters looked at on either side of the passage."""

_WORDS = r"(?P<name>\w[\w'’.\-]*(?:\s\w[\w'’.\-]*){0,4}?)"
_VERB = rf"(?:{'|'.join(VERBS)})\b"
_END = r"^[\w\s]{0,40}?[.,!?…]*\s*[”\"»’']+,?\s*"
"""What stands between the passage and its attribution: perhaps a word that one side lacks, a stop, the closing mark."""

_CLOSED = re.compile(_END)
_AFTER = (
    re.compile(_END + r"[–—-]+\s*" + r"(?P<name>\w[\w'’.\-]*(?:\s\w[\w'’.\-]*){0,4})"),  # … .” – Jane Doe
    re.compile(_END + _WORDS + r"\s+" + _VERB),  # … ,” Jane Doe said
    re.compile(_END + _VERB + r"\s+" + r"(?P<name>\w[\w'’.\-]*(?:\s\w[\w'’.\-]*){0,4})"),  # … ,” said Jane Doe
)
_OPENING = "“\"«„'‘"
_BEFORE = re.compile(r"(?P<name>\w[\w'’.\-]*(?:\s\w[\w'’.\-]*){0,4})\s" + _VERB + rf"[,:]?\s*[{_OPENING}]\s*$")
_PRONOUNS = frozenset({"He", "She", "They", "It", "I", "We", "The", "A", "An", "Who", "And", "But", "In", "On"})


def speaker_of(text: str, char_start: int, char_end: int) -> str | None:
    """Return the name beside the quotation that holds `text[char_start:char_end]`, or None.

    >>> text = "“We will rebuild the bridge,” Mayor Ada Quist said on Monday."
    >>> speaker_of(text, 1, 27)
    'Mayor Ada Quist'
    """
    # the passage may run past the closing mark into the attribution: look again from the last mark inside it
    closing = max(text.rfind(mark, char_start, char_end) for mark in '”"»')
    end = closing if closing > char_start + (char_end - char_start) // 2 else char_end
    after = text[end : end + _REACH]
    for pattern in _AFTER if _CLOSED.match(after) else ():
        found = pattern.match(after)
        name = found and _leading_name(found["name"])
        if name:
            return name
    before = text[max(0, char_start - _REACH) : char_start].rstrip()
    found = _BEFORE.search(before) if before.endswith(tuple(_OPENING)) else None
    return _trailing_name(found["name"]) if found else None


def _leading_name(words: str) -> str | None:
    name: list[str] = []
    for word in words.split():
        if not word[0].isupper():
            break
        name.append(word)
    return _checked(name)


def _trailing_name(words: str) -> str | None:
    name: list[str] = []
    for word in reversed(words.split()):
        if not word[0].isupper():
            break
        name.insert(0, word)
    return _checked(name)


def _checked(name: list[str]) -> str | None:
    if not name or name[0] in _PRONOUNS:
        return None
    return " ".join(name).rstrip(".'’-")
