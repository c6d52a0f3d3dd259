"""Verification finds each way to break the promise, whether columns or rows are looked at, and nothing in what is whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cleaner
from cleaner.soundness import sound
from cleaner.writing.reader import document_rows, files_of, stretches

NEWS = (
    "Harbour wall to be rebuilt\n\nThe council of Norwick said on Monday,that the harbour wall would be rebuilt "
    "before the winter storms.\n\nFishermen had asked for it since the spring flood, and the mayor agreed with them.\n"
)
PAGE = "<html><body><nav><a href='/'>Home</a></nav><article><h1>Wall</h1><p>The wall falls.</p></article></body></html>"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verified")
    source = folder / "in"
    source.mkdir()
    (source / "news.txt").write_text(NEWS, encoding="utf-8")
    (source / "older.txt").write_bytes(
        "Le café de la gare est fermé depuis lundi matin, dit la mairie.\r\n".encode("cp1252")
    )
    (source / "page.html").write_text(PAGE, encoding="utf-8")
    (source / "picture.txt").write_bytes(bytes(range(256)) * 8)
    (source / "void.txt").write_bytes(b"")
    cleaner.clean([source], out=folder / "out", config={}, report=False)
    return folder / "out"


def test_what_is_whole_is_found_whole(whole: Path) -> None:
    found = cleaner.verify(whole)
    assert (found.documents, found.broken) == (5, [])


def test_columns_tell_of_all_but_texts_in_other_encodings(whole: Path) -> None:
    (stretch,) = stretches(files_of(whole))
    names = stretch.documents["source_uri"].to_pylist()
    doubtful = [name for name, is_sound in zip(names, sound(stretch), strict=True) if not is_sound]
    assert doubtful in (["in/older.txt"], ["in/older.txt", "in/picture.txt"])


def test_documents_come_with_their_own_rows(whole: Path) -> None:
    for rows in document_rows(whole):
        own = {rows.document["doc_id"]}
        assert {row["doc_id"] for row in (*rows.paragraphs, *rows.edits)} <= own


Change = Callable[[Any], Any]
BREAKS: dict[str, tuple[str, str, Change]] = {
    "a letter of a source text": ("paragraphs", "source_text", lambda text: text.replace("storms", "Storms")),
    "a letter of a text": ("paragraphs", "text", lambda text: text and text.replace("mayor", "major")),
    "a text that is gone": ("paragraphs", "text", lambda text: None if text and "mayor" in text else text),
    "a fate that is none": ("paragraphs", "status", lambda status: "lost" if status == "kept" else status),
    "a fate without its text": ("paragraphs", "status", lambda status: "chrome" if status == "kept" else status),
    "a number": ("paragraphs", "position", lambda position: position + (position > 1)),
    "a place in the text": ("paragraphs", "text_char_start", lambda start: start and start + 1),
    "a span": (
        "paragraphs",
        "source_spans",
        lambda spans: [{**span, "byte_end": span["byte_end"] + 5 * (span["byte_start"] > 0)} for span in spans],
    ),
    "a paragraph's text before its edit": ("edits", "before", lambda before: before + "x"),
    "a change that is forgotten": ("edits", "applied", lambda _applied: False),
    "the text of a document": ("documents", "text", lambda text: text and text + "."),
    "the hash of a source": ("documents", "source_sha256", lambda sha256: sha256[::-1]),
    "the size of a source": ("documents", "source_num_bytes", lambda size: size // 2),
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_break_is_found(name: str, whole: Path, tmp_path: Path) -> None:
    table, column, change = BREAKS[name]
    for path in (*whole.glob("*.parquet"), whole / "run.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rows = pq.read_table(tmp_path / f"{table}.parquet")
    field = rows.schema.field(column)
    changed = pa.array([change(value) for value in rows[column].to_pylist()], field.type)
    broken = rows.set_column(rows.schema.get_field_index(column), field, changed)
    pq.write_table(broken, tmp_path / f"{table}.parquet")
    assert cleaner.verify(tmp_path).broken != []


def test_a_table_cut_in_many_pieces_reads_alike(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = list(document_rows(whole))
    monkeypatch.setattr("cleaner.writing.reader.STRETCH_BYTES", 1)
    monkeypatch.setattr("cleaner.writing.reader.BATCH_ROWS", 2)
    assert list(document_rows(whole)) == together
    assert [sound(stretch).size for stretch in stretches(files_of(whole))] == [1] * len(together)
