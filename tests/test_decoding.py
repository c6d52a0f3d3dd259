"""Decoding: the order of trust, what counts as binary, and the way back to every byte."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cleaner.charsets import CODECS, codec_of, is_single_byte
from cleaner.decoding import NotTextError, decode, newline_of
from cleaner.encoding_back import byte_offsets, encode_back, raw_where_odd

FRENCH = "Après l’été, à Besançon, la mairie a répété qu’elle n’était pas prête. " * 3
RUSSIAN = "Городской совет в среду утвердил бюджет на следующий год, сообщила пресс-служба. " * 3
JAPANESE = "市議会は水曜日、来年度の予算案を可決した。反対した議員は一人だけだった。" * 4
CHINESE = "市议会星期三通过了明年的预算案。只有一名议员投了反对票,市长对结果表示满意。" * 4
KOREAN = "시의회는 수요일 내년도 예산안을 통과시켰다. 반대한 의원은 한 명뿐이었다. " * 4
GREEK = "Το δημοτικό συμβούλιο ενέκρινε την Τετάρτη τον προϋπολογισμό του επόμενου έτους. " * 3


def assert_tiles(data: bytes, decoded, cuts) -> None:
    """Cut at any positions: the byte ranges tile the data, and raw bytes stand in wherever re-encoding differs."""
    positions = sorted({0, len(decoded.text), *(cut for cut in cuts if cut <= len(decoded.text))})
    offsets = byte_offsets(decoded, positions)
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(data) if decoded.text else True
    assert offsets[0] == 0
    rebuilt = b""
    for i in range(len(positions) - 1):
        raw = raw_where_odd(decoded, positions[i], positions[i + 1], offsets[i], offsets[i + 1])
        text = decoded.text[positions[i] : positions[i + 1]]
        rebuilt += encode_back(text, decoded) if raw is None else raw
    assert rebuilt == (data if decoded.text else b"")


class TestOrderOfTrust:
    @pytest.mark.parametrize(("bom", "codec"), [
        (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    ])  # fmt: skip
    def test_byte_order_mark_wins(self, bom, codec):
        decoded = decode(bom + RUSSIAN.encode(codec), declared="windows-1251")
        assert (decoded.text, decoded.encoding_used, decoded.has_bom) == (RUSSIAN, codec, True)
        assert decoded.declared_was_wrong

    def test_valid_utf8_wins_over_a_declaration(self):
        decoded = decode(FRENCH.encode(), declared="iso-8859-1")
        assert decoded.text == FRENCH
        assert decoded.declared_was_wrong
        assert (decoded.encoding_declared, decoded.encoding_used) == ("iso-8859-1", "utf-8")

    def test_ascii_is_utf8_and_no_ascii_label_is_wrong(self):
        decoded = decode(b"Plain words.\n", declared="windows-1252")
        assert (decoded.encoding_used, decoded.encoding_detected, decoded.declared_was_wrong) == (
            "utf-8",
            "ascii",
            False,
        )

    @pytest.mark.parametrize(("label", "codec", "text"), [
        ("iso-8859-1", "cp1252", FRENCH), ("windows-1251", "cp1251", RUSSIAN), ("koi8-r", "koi8-r", RUSSIAN),
        ("gb2312", "gb18030", CHINESE), ("shift_jis", "cp932", JAPANESE), ("euc-jp", "euc_jp", JAPANESE),
        ("euc-kr", "cp949", KOREAN), ("big5", "big5hkscs", "市議會星期三通過了明年的預算案。" * 5),
        ("iso-8859-7", "iso8859-7", GREEK), ("ISO-2022-JP", "iso2022_jp", JAPANESE),
    ])  # fmt: skip
    def test_declared_by_the_label_table_of_the_web(self, label, codec, text):
        decoded = decode(text.encode(codec), declared=label)
        assert (decoded.text, decoded.encoding_used) == (text, codec)
        assert not decoded.declared_was_wrong

    @pytest.mark.parametrize(("label", "codec", "text"), [
        ("utf-8", "cp1251", RUSSIAN), ("utf-8", "cp1252", FRENCH), ("utf-8", "gb18030", CHINESE),
        ("windows-1252", "cp1251", RUSSIAN), ("iso-8859-1", "cp932", JAPANESE), ("utf-16", "cp949", KOREAN),
    ])  # fmt: skip
    def test_wrong_declarations_are_seen_through(self, label, codec, text):
        decoded = decode(text.encode(codec), declared=label)
        assert decoded.text == text
        assert decoded.declared_was_wrong

    @pytest.mark.parametrize(("codec", "text"), [("cp1252", FRENCH), ("cp1251", RUSSIAN), ("cp932", JAPANESE)])
    def test_nothing_declared(self, codec, text):
        decoded = decode(text.encode(codec))
        assert (decoded.text, decoded.encoding_declared, decoded.declared_was_wrong) == (text, None, False)

    def test_english_with_curly_quotes_needs_no_detector(self):
        text = "“Why?” he asked – “that’s all…”"
        assert decode(text.encode("cp1252")).text == text
        assert decode(text.encode("cp1252"), declared="shift_jis").text == text

    def test_signs_are_no_foreign_letters(self):
        text = "<p>The flat costs £900 and measures 70 m²; “that’s fair”, he said. " * 9
        assert decode(text.encode("cp1252")).text == text
        assert (
            decode(text.replace("²", "§").replace("£", "§").encode("gb18030"), declared="gbk").encoding_used
            == "gb18030"
        )

    def test_one_stray_byte_does_not_turn_utf8_into_mojibake(self):
        decoded = decode(FRENCH.encode() + b"\xff" + FRENCH.encode())
        assert (decoded.text, decoded.decode_error_count) == (FRENCH + "\ufffd" + FRENCH, 1)

    def test_utf8_cut_in_mid_character(self):
        decoded = decode("Ein Wort: schön – öd".encode()[:-2])
        assert (decoded.encoding_used, decoded.decode_error_count) == ("utf-8", 1)

    def test_undefined_bytes_of_windows_1252_become_controls_as_in_browsers(self):
        decoded = decode("“Why?” ".encode("cp1252") * 9 + b"\x9d", declared="windows-1252")
        assert decoded.text.endswith("\x9d")
        assert decoded.decode_error_count == 1

    @pytest.mark.parametrize("label", ["unknown-8bit", "", "   ", "rot13", "base64", "idna", "unicode_escape", "\0"])
    def test_odd_labels_are_no_codec(self, label):
        assert codec_of(label) is None
        assert decode(b"words", declared=label).text == "words"


class TestDeclaredInPage:
    @pytest.mark.parametrize("head", [
        '<meta charset="koi8-r">', "<META CHARSET=koi8-r>", "<meta name=x content=y><meta charset='koi8-r' />",
        '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', '<?xml version="1.0" encoding="koi8-r"?>',
        "<!-- <meta charset=utf-8> --><meta charset=koi8-r>",
    ])  # fmt: skip
    def test_found(self, head):
        page = (head + "<p>" + RUSSIAN).encode("koi8-r")
        decoded = decode(page, is_html=True)
        assert (decoded.encoding_declared, decoded.encoding_used) == ("koi8-r", "koi8-r")

    def test_http_comes_first(self):
        page = ('<meta charset="utf-8"><p>' + RUSSIAN).encode("cp1251")
        assert decode(page, declared="windows-1251", is_html=True).encoding_declared == "windows-1251"

    def test_no_declaration_in_plain_text(self):
        assert decode(b"<meta charset=koi8-r>").encoding_declared is None

    @pytest.mark.parametrize("unit", [b"<meta ", b"<!--", b"<meta charset=", b"<meta x=", b"<?xml "])
    def test_hostile_heads_take_no_time(self, unit):
        decode(unit * (1_000_000 // len(unit)), is_html=True)


class TestBinary:
    @pytest.mark.parametrize(("data", "says"), [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> stream\0\x9c\x01", "PDF"), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"PK\x03\x04\x14\0\0\0", "zip"), (b"words and a\0NUL", "offset 11"), (b"\0" * 40, "NUL"),
        (b"\x01\x02\x03\x04 abc", "control characters"),
    ])  # fmt: skip
    def test_refused_with_a_reason(self, data, says):
        with pytest.raises(NotTextError, match=says):
            decode(data)

    @pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
    @pytest.mark.parametrize("text", [FRENCH, "Short line.\n"])
    def test_wide_text_without_a_mark_is_text(self, codec, text):
        decoded = decode(text.encode(codec))
        assert (decoded.text, decoded.encoding_used, decoded.has_bom) == (text, codec, False)

    def test_form_feeds_tabs_and_a_few_controls_are_text(self):
        assert decode(b"page one\x0c\tpage two\x1b[0m \x08 and so on and on, words and words").text.startswith("page")


class TestNewline:
    @pytest.mark.parametrize(("text", "kind"), [
        ("", "none"), ("a", "none"), ("a\n", "lf"), ("a\r\nb\r\n", "crlf"), ("a\rb", "cr"), ("a\rb\n", "mixed"),
        ("\r\r\n", "mixed"), ("a\r\n\nb", "mixed"),
    ])  # fmt: skip
    def test_kinds(self, text, kind):
        assert newline_of(text) == kind


class TestWayBack:
    @given(st.binary(max_size=200), st.sampled_from([None, *CODECS]), st.sets(st.integers(0, 200)))
    @settings(deadline=None, max_examples=60)
    @example(b"\xef\xbb\xbf", None, set())
    @example(b"\xff\xfe\x00\xd8a\x00\x00", None, {1, 2})
    @example(b"\x88b\x88f", "big5hkscs", {1})
    @example(b"\x81\n\x81\x81\n", "cp932", {1, 2, 3})
    @example(b"\x1b$B;T5D\x1b(B\n\x1b$B2q\x1b(B", "iso2022_jp", {1, 2, 3})
    def test_any_bytes_tile(self, data, declared, cuts):
        try:
            decoded = decode(data, declared, is_html=True)
        except NotTextError:
            return
        assert_tiles(data, decoded, cuts)

    # Some codecs write characters that they read otherwise (so be it), and the alphabets are made on first use.
    @pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
    @given(st.data(), st.sampled_from(CODECS))
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
    def test_written_text_tiles_in_every_codec(self, draw, codec):
        text = draw.draw(st.text(st.characters(codec=codec, exclude_categories=["Cc"]) | st.just("\n"), max_size=80))
        data = text.encode(codec)
        spoilt = draw.draw(st.binary(max_size=3))
        at = draw.draw(st.integers(0, len(data)))
        try:
            decoded = decode(data[:at] + spoilt + data[at:], codec)
        except NotTextError:
            return
        assert_tiles(decoded.data, decoded, draw.draw(st.sets(st.integers(0, 90))))

    @pytest.mark.parametrize(("codec", "text"), [
        ("utf-8", FRENCH), ("cp1251", RUSSIAN), ("cp932", JAPANESE), ("gb18030", CHINESE), ("utf-16-le", "a𝄞b" * 9),
        ("iso2022_jp", JAPANESE), ("big5hkscs", "市議會Ê̄星期三" * 5),
    ])  # fmt: skip
    def test_every_character_position(self, codec, text):
        data = text.encode(codec)
        decoded = decode(data, codec)
        offsets = byte_offsets(decoded, range(len(decoded.text) + 1))
        decoder = codecs.getincrementaldecoder(codec)()
        seen, expected = 0, [0]
        for i in range(len(data)):
            seen += len(decoder.decode(data[i : i + 1]))
            expected += [i + 1] * (seen + 1 - len(expected))
        if codec != "iso2022_jp":  # there an escape may go with either neighbour
            assert offsets == [*expected[:-1], len(data)]
        assert decoded.text == text

    def test_positions_in_any_order(self):
        decoded = decode("aäb€c".encode())
        assert byte_offsets(decoded, [5, 0, 3, 2, 3]) == [8, 0, 4, 3, 4]

    def test_blocks_do_not_show(self):
        text = ("ä€𝄞" + "x" * 1_000) * 1_500
        decoded = decode(text.encode())
        positions = list(range(0, len(text), 997))
        assert byte_offsets(decoded, positions) == [len(text[:at].encode()) for at in positions]

    def test_mark_belongs_to_the_first_span(self):
        decoded = decode(codecs.BOM_UTF8 + "ä\nö".encode())
        assert byte_offsets(decoded, [0, 1, 2, 3]) == [0, 5, 6, 8]
        assert raw_where_odd(decoded, 0, 2, 0, 6) == codecs.BOM_UTF8 + "ä\n".encode()
        assert raw_where_odd(decoded, 2, 3, 6, 8) is None

    @pytest.mark.parametrize("codec", CODECS)
    def test_table_names_real_codecs(self, codec):
        assert codecs.lookup(codec)
        assert codec_of(codec) == codec
        if is_single_byte(codec):
            assert len(bytes(range(128)).decode(codec)) == 128
