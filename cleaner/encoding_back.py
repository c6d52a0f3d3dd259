"""From text back to the bytes it was decoded from: which bytes a span is, and whether encoding it gives them again."""

from __future__ import annotations

import codecs
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Final

from cleaner.charsets import is_single_byte, is_stateful
from cleaner.decoding import Decoded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def encode_back(text: str, decoded: Decoded) -> bytes:
    """Return `text` (a cut of `decoded.text`) in the encoding it came from, without a byte order mark.

    What the codec cannot say (U+FFFD of a flaw, a lone surrogate) becomes `?`, so that a comparison with the source
    bytes fails and the caller stores those.
    """
    return text.encode(decoded.encoding_used, "replace")


def raw_where_odd(decoded: Decoded, char_start: int, char_end: int, byte_start: int, byte_end: int) -> bytes | None:
    r"""Return the source bytes of a span where `encode_back` of its text differs from them, else None.

    >>> from cleaner.decoding import decode
    >>> page = decode(b"\xc3\xa9t\xc3\xa9, na\xc3\xafve\xff")
    >>> raw_where_odd(page, 0, 5, 0, 7), raw_where_odd(page, 5, 11, 7, 14)
    (None, b'na\xc3\xafve\xff')
    """
    raw = decoded.data[byte_start:byte_end]
    return None if encode_back(decoded.text[char_start:char_end], decoded) == raw else raw


def byte_offsets(decoded: Decoded, char_positions: Sequence[int]) -> list[int]:
    """Return the byte offset in `decoded.data` of each character position, in the order given.

    Position 0 is byte 0 (a byte order mark belongs to the first span) and `len(text)` is `len(data)`, so spans that
    tile the text tile the bytes.  Cheap for ASCII, UTF-8, UTF-16/32 and single-byte codecs (one pass over the bytes).

    >>> from cleaner.decoding import decode
    >>> byte_offsets(decode("ÄB¢".encode()), [0, 1, 2, 3])
    [0, 2, 3, 5]
    """
    if decoded.encoding_used == "utf-8" and len(decoded.text) + decoded.bom_bytes == len(decoded.data):
        offsets = [at + decoded.bom_bytes for at in char_positions]  # one byte a character
    elif is_single_byte(decoded.encoding_used):
        offsets = list(char_positions)
    elif decoded.encoding_used.startswith("utf"):
        offsets = _by_starts(decoded, char_positions)
    else:
        offsets = _by_walking(decoded, char_positions)
    last, end = len(decoded.text), len(decoded.data)
    return [0 if at == 0 else end if at == last else offset for at, offset in zip(char_positions, offsets, strict=True)]


_Ranges = tuple[tuple[int, int], ...]


def in_utf8(decoded: Decoded) -> bytes:
    """Return the text as UTF-8 without a byte order mark; most pages are that as they come."""
    if _is_utf8_as_it_stands(decoded):
        return decoded.data[decoded.bom_bytes :]
    return decoded.text.encode("utf-8", "replace")


def source_ranges(decoded: Decoded, ranges: Sequence[_Ranges]) -> Sequence[_Ranges]:
    r"""Return where ranges of `in_utf8` (half-open, in bytes) stand in the bytes of the source.

    >>> from cleaner.decoding import decode
    >>> source_ranges(decode(b"d\xe9j\xe0 vu", "cp1252"), [((1, 3), (4, 6))])
    [((1, 2), (3, 4))]
    """
    if is_utf8_throughout(decoded):
        return ranges
    flat = [at for one in ranges for span in one for at in span]
    places = iter(byte_offsets(decoded, _characters_before(flat, decoded)))
    return [tuple([(next(places), next(places)) for _ in one]) for one in ranges]


def is_utf8_throughout(decoded: Decoded) -> bool:
    """Tell whether the text in UTF-8 is the source: no flaw, no byte order mark."""
    return _is_utf8_as_it_stands(decoded) and not decoded.bom_bytes


def _is_utf8_as_it_stands(decoded: Decoded) -> bool:
    return decoded.encoding_used == "utf-8" and not decoded.decode_error_count


def _characters_before(places: Sequence[int], decoded: Decoded) -> list[int]:
    """Return how many characters of the text stand before some bytes of `in_utf8`."""
    import numpy as np

    begins = (np.frombuffer(in_utf8(decoded), np.uint8) & 0xC0) != 0x80
    before = np.concatenate(([0], np.cumsum(begins)))
    return [int(count) for count in before[np.asarray(places, np.int64)].tolist()]


_BLOCK_BYTES: Final = 1 << 20


def _by_starts(decoded: Decoded, char_positions: Sequence[int]) -> list[int]:
    """UTF-8, -16 and -32: find the bytes at which characters start, block by block; memory is one byte a byte."""
    import numpy as np

    starts = _character_starts(decoded)
    order = np.argsort(np.asarray(char_positions, dtype=np.int64), kind="stable")
    wanted = np.asarray(char_positions, dtype=np.int64)[order]
    found = np.full(len(wanted), len(decoded.data), dtype=np.int64)
    seen = low = 0
    for block in range(0, len(starts), _BLOCK_BYTES):
        if low == len(wanted):
            break
        here = np.flatnonzero(starts[block : block + _BLOCK_BYTES])
        high = int(np.searchsorted(wanted, seen + len(here)))
        found[low:high] = here[wanted[low:high] - seen] + block
        low, seen = high, seen + len(here)
    offsets = np.empty_like(found)
    offsets[order] = found
    return [int(at) for at in offsets.tolist()]


def _character_starts(decoded: Decoded) -> npt.NDArray[np.bool_]:
    """Return, for each byte, whether a character starts there; a range that could not be read is one character."""
    import numpy as np

    raw = np.frombuffer(decoded.data, dtype=np.uint8)
    if decoded.encoding_used == "utf-8":
        starts: npt.NDArray[np.bool_] = (raw & 0xC0) != 0x80  # continuation bytes are 10xxxxxx
    else:
        starts = np.zeros(len(raw), dtype=np.bool_)
        starts[decoded.bom_bytes :: 4 if "32" in decoded.encoding_used else 2] = True
        if "16" in decoded.encoding_used:
            _join_surrogates(starts, raw, decoded)
    starts[: decoded.bom_bytes] = False
    bounds = np.frombuffer(decoded.error_bytes, dtype=np.int64) if decoded.error_bytes else np.empty(0, np.int64)
    for start, end in zip(bounds[::2].tolist(), bounds[1::2].tolist(), strict=True):
        starts[start:end] = False
        starts[start] = True
    return starts


def _join_surrogates(starts: npt.NDArray[np.bool_], raw: npt.NDArray[np.uint8], decoded: Decoded) -> None:
    """Unmark second halves of surrogate pairs: they start nothing (one that stands alone is among the errors)."""
    high_byte = decoded.bom_bytes + (decoded.encoding_used == "utf-16-le")
    units = raw[high_byte::2]
    starts[decoded.bom_bytes :: 2][: len(units)] &= (units & 0xFC) != 0xDC  # DC00 to DFFF


def _by_walking(decoded: Decoded, char_positions: Sequence[int]) -> list[int]:
    """Other codecs: encode the text between two positions, and step byte by byte where that misses the source."""
    errors = zip(decoded.error_chars, decoded.error_bytes[::2], decoded.error_bytes[1::2], strict=True)
    known = {place: at for char, start, end in errors for place, at in ((char, start), (char + 1, end))}
    found: dict[int, int] = {}
    char = at = 0
    step = _stateful_steps(decoded) if is_stateful(decoded.encoding_used) else _steps(decoded)
    next(step)
    for position in sorted({*char_positions, *known}):
        if position in known and not is_stateful(decoded.encoding_used):
            char, at = position, known[position]
        elif position > char:
            char, at = step.send((char, at, position))
        found[position] = at
    return [found[position] for position in char_positions]


_Steps = Generator[tuple[int, int], tuple[int, int, int], None]


def _steps(decoded: Decoded) -> _Steps:
    """Given (character, its byte, character wanted), yield the last with its byte; between errors all is valid."""
    data, text, codec = decoded.data, decoded.text, decoded.encoding_used
    reached = (0, 0)
    while True:
        char, at, wanted = yield reached
        guess = text[char:wanted].encode(codec, "replace")
        if data.startswith(guess, at):
            reached = (wanted, at + len(guess))
        else:
            reached = _byte_by_byte(codecs.getincrementaldecoder(codec)("replace"), data, char, at, wanted)


def _stateful_steps(decoded: Decoded) -> _Steps:
    """Yield the same for codecs with escapes: one decoder goes through the file once and keeps its state."""
    decoder = codecs.getincrementaldecoder(decoded.encoding_used)("replace")
    reached = (0, 0)
    while True:
        char, at, wanted = yield reached
        reached = _byte_by_byte(decoder, decoded.data, char, at, wanted)


def _byte_by_byte(decoder: codecs.IncrementalDecoder, data: bytes, char: int, at: int, wanted: int) -> tuple[int, int]:
    """Return the first character at or after `wanted` that starts on a byte of its own, and that byte."""
    while char < wanted and at < len(data):
        char += len(decoder.decode(data[at : at + 1]))
        at += 1
    return char, at
