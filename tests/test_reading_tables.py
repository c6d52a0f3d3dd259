"""CSV, Parquet and feeds: rows and items are documents, and what is amiss is said where it stands."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner.reading import ReadingSettings, plan, read
from cleaner.records import Failure, Source


def by_uri(path, **options):
    config = ReadingSettings(**options)
    found = {}
    for split in plan([path], config):
        for item in read(split, config):
            assert item.source_uri not in found
            found[item.source_uri] = item
    return found


class TestCsv:
    def write(self, tmp_path, data, name="x.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def test_rows(self, tmp_path):
        path = self.write(tmp_path, 'url,title,text\nhttps://example.org/1,T,"one\n\nsaid ""yes"""\n,,two\n')
        found = by_uri(path)
        assert [item.data for item in found.values()] == [b'one\n\nsaid "yes"', b"two"]
        first, second = found.values()
        assert (first.source_uri, first.url, first.title) == ("x.csv#1", "https://example.org/1", "T")
        assert (second.url, second.title) == (None, None)

    @pytest.mark.parametrize(("name", "delimiter"), [("x.csv", ","), ("x.csv", ";"), ("x.tsv", "\t"), ("x.csv", "|")])
    def test_delimiters(self, tmp_path, name, delimiter):
        path = self.write(tmp_path, delimiter.join(["text", "title"]) + "\n" + delimiter.join(["a", "b"]) + "\n", name)
        assert next(iter(by_uri(path).values())).title == "b"

    def test_ragged_rows_fail_alone(self, tmp_path):
        found = list(by_uri(self.write(tmp_path, "text,title\na,b\nc\nd,e,f\ng,h\n")).values())
        assert [type(item) for item in found] == [Source, Failure, Failure, Source]
        assert found[1].reason == "row 2 has 1 fields, the header has 2"

    def test_quote_left_open(self, tmp_path):
        path = self.write(tmp_path, 'text,title\na,b\n"c,d\n' + "x,y\n" * 1_000)
        found = list(by_uri(path, document_bytes=500).values())
        assert found[0].data == b"a"
        assert "quote" in found[-1].reason

    def test_utf_16_that_ends_within_a_character(self, tmp_path):
        (tmp_path / "x.csv").write_bytes("\ufefftext,title\na,b\nc,d\n".encode("utf-16-le") + b"\0")
        *whole, broken = by_uri(tmp_path / "x.csv").values()
        assert [source.data for source in whole] == [b"a", b"c"]
        assert "line" in broken.reason
        assert "truncated" in broken.reason

    def test_wrong_columns(self, tmp_path):
        (failure,) = by_uri(self.write(tmp_path, "a,b\n1,2\n")).values()
        assert "columns: a, b" in failure.reason
        assert "text_field" in failure.reason
        assert next(iter(by_uri(tmp_path / "x.csv", text_field="a").values())).data == b"1"

    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_encodings(self, tmp_path, codec):
        path = self.write(tmp_path, "text,title\n“schön”,“Größe”\n".encode(codec))
        (item,) = by_uri(path).values()
        assert (item.data, item.title) == ("“schön”".encode(), "“Größe”")

    def test_odd_bytes_pass_through(self, tmp_path):
        path = self.write(tmp_path, "text\nschön schön schön schön ".encode() + b"\xff\n")
        assert next(iter(by_uri(path).values())).data == "schön schön schön schön ".encode() + b"\xff"

    def test_empty_text_is_an_empty_document(self, tmp_path):
        assert next(iter(by_uri(self.write(tmp_path, "text,html,title\n,,x\n")).values())).data == b""

    @pytest.mark.parametrize("data", [b"", b"\n", b"text\n"])
    def test_nothing_in_it(self, tmp_path, data):
        assert all(isinstance(item, Failure) for item in by_uri(self.write(tmp_path, data)).values())

    def test_binary(self, tmp_path):
        (failure,) = by_uri(self.write(tmp_path, b"\x00\x01\x02" * 99)).values()
        assert "not a CSV file" in failure.reason

    def test_packed_and_cut_short(self, tmp_path):
        packed = gzip.compress(b"text,title\n" + b"".join(b"%d words,%d\n" % (i * 7919, i) for i in range(9_999)))
        found = list(by_uri(self.write(tmp_path, packed[:-9_000], "x.csv.gz")).values())
        assert len(found) > 100
        assert isinstance(found[-1], Failure)


class TestParquet:
    def write(self, tmp_path, columns, **options):
        path = tmp_path / "x.parquet"
        pq.write_table(pa.table(columns), path, **options)
        return path

    def test_rows(self, tmp_path):
        path = self.write(tmp_path, {"text": ["a", "b"], "url": ["https://example.org/1", None], "other": [1, 2]})
        found = by_uri(path)
        assert [(uri, item.data, item.url) for uri, item in found.items()] == [
            ("x.parquet#1", b"a", "https://example.org/1"),
            ("x.parquet#2", b"b", None),
        ]

    def test_datatrove_struct(self, tmp_path):
        path = self.write(
            tmp_path, {"text": ["a"], "id": ["1"], "metadata": [{"url": "https://example.org/1", "date": "2019-01-01"}]}
        )
        (item,) = by_uri(path).values()
        assert item.url == "https://example.org/1"
        assert item.retrieved_at.year == 2019

    def test_wrong_columns(self, tmp_path):
        (failure,) = by_uri(self.write(tmp_path, {"body_text": ["a"], "n": [1]})).values()
        assert "columns: body_text, n" in failure.reason
        assert next(iter(by_uri(tmp_path / "x.parquet", text_field="body_text").values())).data == b"a"

    def test_column_of_numbers(self, tmp_path):
        (failure,) = by_uri(self.write(tmp_path, {"text": [1]})).values()
        assert "int" in failure.reason

    def test_null_text_fails_alone(self, tmp_path):
        found = list(by_uri(self.write(tmp_path, {"text": ["a", None, ""]})).values())
        assert [type(item) for item in found] == [Source, Failure, Source]

    @pytest.mark.parametrize("data", [b"", b"PAR1", b"no parquet at all" * 99, b"PAR1" + b"\0" * 99 + b"PAR1"])
    def test_damaged(self, tmp_path, data):
        path = tmp_path / "x.parquet"
        path.write_bytes(data)
        (failure,) = by_uri(path).values()
        assert "Parquet" in failure.reason

    def test_page_damaged_in_the_middle(self, tmp_path):
        path = self.write(tmp_path, {"text": [f"{i * 7919} words " * 20 for i in range(3_000)]}, row_group_size=500)
        data = bytearray(path.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 200] = b"\xff" * 200
        path.write_bytes(data)
        found = list(by_uri(path).values())
        assert len(found) > 100
        assert isinstance(found[-1], Failure)

    def test_parts(self, tmp_path):
        path = self.write(tmp_path, {"text": [f"words {i}" * 9 for i in range(1_000)]}, row_group_size=100)
        assert len(list(plan([path], ReadingSettings(split_bytes=1_000)))) > 3
        assert by_uri(path, split_bytes=1_000) == by_uri(path)

    def test_in_an_archive(self, tmp_path):
        import zipfile

        path = self.write(tmp_path, {"text": ["a"]})
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.write(path, "x.parquet")
        assert list(by_uri(tmp_path / "a.zip")) == ["a.zip!/x.parquet#1"]


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Channel</title><link>https://example.org/</link><language>en-GB</language>
<image><url>https://example.org/logo.png</url><title>Logo</title></image>
<item><media:content url="x.jpg"><media:title>Photo</media:title></media:content><title>First &amp; best</title>
<link>https://example.org/1</link><guid>tag:1</guid><pubDate>Wed, 01 May 2024 10:00:00 +0200</pubDate>
<dc:creator>Ann Bee</dc:creator><description>short</description><content:encoded><![CDATA[<p>Full &eacute;</p>]]></content:encoded></item>
<item><title>Second</title><link>https://example.org/2</link><description>&lt;p&gt;Only this</description></item>
<item><title>Third</title><link>https://example.org/2</link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title><entry><id>urn:1</id><title>One</title>
<link rel="self" href="https://example.org/self"/><link href="https://example.org/1"/><published>2024-05-01T10:00:00Z</published>
<author><name>Cy Dee</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Body</p></div></content></entry>
<entry><id>urn:2</id><title>Two</title><summary type="text">Plain &lt; text</summary></entry></feed>"""

SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://example.org/1</loc><news:news><news:publication><news:name>The Example</news:name><news:language>en</news:language>
</news:publication><news:publication_date>2024-05-01</news:publication_date><news:title>A headline</news:title></news:news></url>
<url><loc>https://example.org/2</loc></url></urlset>"""


class TestFeeds:
    def write(self, tmp_path, text, name="feed.xml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    def test_rss(self, tmp_path):
        found = by_uri(self.write(tmp_path, RSS))
        assert list(found) == ["feed.xml#tag:1", "feed.xml#https://example.org/2", "feed.xml#https://example.org/2@2"]
        first, second, third = found.values()
        assert (first.data, first.media_type, first.title) == (b"<p>Full &eacute;</p>", "text/html", "First & best")
        assert (first.url, first.authors, first.language) == ("https://example.org/1", ("Ann Bee",), "en-gb")
        assert first.published_at.isoformat() == "2024-05-01T08:00:00+00:00"
        assert second.data == b"<p>Only this"
        assert (third.data, third.media_type) == (b"Third", "text/plain")

    def test_atom(self, tmp_path):
        first, second = by_uri(self.write(tmp_path, ATOM, "x.atom")).values()
        assert b"<p>Body</p>" in first.data
        assert (first.url, first.authors, first.media_type) == ("https://example.org/1", ("Cy Dee",), "text/html")
        assert (second.data, second.media_type) == (b"Plain < text", "text/plain")

    def test_news_sitemap(self, tmp_path):
        found = by_uri(self.write(tmp_path, SITEMAP))
        first, rest = found.values()
        assert (first.data, first.url, first.language) == (b"A headline", "https://example.org/1", "en")
        assert first.published_at.year == 2024
        assert "1 of 2 items are addresses without text" in rest.reason

    def test_other_xml(self, tmp_path):
        (failure,) = by_uri(self.write(tmp_path, "<svg><rect/></svg>")).values()
        assert "<svg>" in failure.reason

    @pytest.mark.parametrize("text", ["", "no xml", "<rss", "<rss><channel>"])
    def test_damaged(self, tmp_path, text):
        assert all(isinstance(item, Failure) for item in by_uri(self.write(tmp_path, text)).values())

    def test_cut_short(self, tmp_path):
        found = list(by_uri(self.write(tmp_path, RSS[: RSS.index("<item><title>Second") + 30])).values())
        assert isinstance(found[0], Source)
        assert isinstance(found[-1], Failure)

    def test_entities_are_not_expanded(self, tmp_path):
        bomb = '<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "' + "&a;" * 100 + '"><!ENTITY c "' + "&b;" * 100 + '">'
        secret = tmp_path / "secret.txt"
        secret.write_text("secret")
        text = (
            bomb
            + f'<!ENTITY s SYSTEM "{secret}">]><rss><channel><item><guid>1</guid><title>T</title><description>x&c;&s;</description></item></channel></rss>'
        )
        (item,) = [item for item in by_uri(self.write(tmp_path, text)).values() if isinstance(item, Source)]
        assert b"lol" not in item.data
        assert b"secret" not in item.data

    def test_a_feed_without_extension(self, tmp_path):
        assert len(by_uri(self.write(tmp_path, RSS, "feed"))) == 3


class TestRemote:
    fsspec = pytest.importorskip("fsspec")

    def test_objects(self):
        files = self.fsspec.filesystem("memory")
        files.pipe("/bucket/news/bbc/1.txt", b"one")
        files.pipe("/bucket/news/2.jsonl", b'{"text": "two"}\n')
        found = by_uri("memory://bucket/news")
        assert {uri: item.data for uri, item in found.items()} == {"news/2.jsonl#1": b"two", "news/bbc/1.txt": b"one"}
        assert found["news/bbc/1.txt"].folder == "bbc"
        assert [item.data for item in by_uri("memory://bucket/news/bbc/1.txt").values()] == [b"one"]

    def test_nothing_there(self):
        (failure,) = by_uri("memory://bucket/none").values()
        assert "no such object" in failure.reason
