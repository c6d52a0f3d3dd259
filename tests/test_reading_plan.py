"""The plan: what the arguments name, what each input is called, what is refused and why."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest

from cleaner.reading import InputError, ReadingSettings, plan, read, split_schema, splits_of_batch, splits_to_batch


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "news/bbc/2.txt",
        "news/bbc/deep/1.html",
        "news/top.txt",
        "news/.hidden",
        "other/top.txt",
        "news/x.jsonl",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"text": "words"}' if name.endswith("jsonl") else "words")
    return tmp_path


def uris(*sources, **settings):
    return [split.source_uri for split in plan(sources, ReadingSettings(**settings))]


class TestNames:
    def test_folder_goes_by_its_own_name_in_sorted_order(self, tree):
        assert uris("news") == ["news/bbc/2.txt", "news/bbc/deep/1.html", "news/top.txt", "news/x.jsonl"]

    def test_names_do_not_hang_on_how_the_path_is_written(self, tree):
        assert uris(tree / "news") == uris("news/") == uris("./other/../news") == uris("news")

    def test_no_common_ancestor(self, tree):
        assert uris("news/bbc", "other") == ["bbc/2.txt", "bbc/deep/1.html", "other/top.txt"]

    def test_file_goes_by_its_own_name(self, tree):
        assert uris("news/bbc/2.txt") == ["2.txt"]

    def test_working_folder(self, tree, monkeypatch):
        monkeypatch.chdir(tree / "other")
        assert uris(".") == ["other/top.txt"]

    def test_pattern_goes_by_the_folder_before_it(self, tree):
        assert uris("news/*/*.txt") == ["news/bbc/2.txt"]
        assert uris("news/**/*.html") == ["news/bbc/deep/1.html"]
        assert uris("*/top.txt") == ["news/top.txt", "other/top.txt"]

    def test_patterns_that_overlap_give_a_file_once(self, tree):
        assert uris("news/*.txt", "news/t*") == ["news/top.txt"]
        assert uris("news/*.txt", "news") == ["news/top.txt", "news/bbc/2.txt", "news/bbc/deep/1.html", "news/x.jsonl"]

    def test_patterns_of_two_folders_of_one_name(self, tree):
        (tree / "other/news").mkdir()
        (tree / "other/news/top.txt").write_text("x")
        with pytest.raises(InputError, match="both called"):
            uris("news/*.txt", "other/news/*.txt")

    def test_a_file_with_a_star_in_its_name(self, tree):
        (tree / "a*b.txt").write_text("x")
        (tree / "aXb.txt").write_text("x")
        assert uris("a*b.txt") == ["a*b.txt"]

    def test_list_entries_go_by_what_is_written(self, tree):
        (tree / "list.txt").write_text("# comment\n\nnews/top.txt\n./other/top.txt\nwire=news/bbc\n")
        assert uris("@list.txt") == ["news/top.txt", "other/top.txt", "wire/2.txt", "wire/deep/1.html"]

    def test_name_equals_path(self, tree):
        assert uris("one=news/top.txt", "two=other") == ["one", "two/top.txt"]

    def test_hidden_files_on_demand(self, tree):
        assert "news/.hidden" in uris("news", hidden_files=True)

    def test_own_output_is_passed_over(self, tree):
        (tree / "out/.cleaner").mkdir(parents=True)
        (tree / "out/corpus.parquet").write_bytes(b"PAR1")
        assert [name for name in uris(".") if "/out/" in name] == []
        assert uris("out") == ["out/corpus.parquet"]  # unless it is asked for

    def test_order_of_arguments_changes_no_name(self, tree):
        assert sorted(uris("other", "news")) == sorted(uris("news", "other"))


class TestFolder:
    def test_first_folder_below_the_argument(self, tree):
        folders = {split.source_uri: split.folder for split in plan(["news"])}
        assert folders == {
            "news/bbc/2.txt": "bbc",
            "news/bbc/deep/1.html": "bbc",
            "news/top.txt": None,
            "news/x.jsonl": None,
        }

    def test_patterns_give_the_same_folder(self, tree):
        assert [split.folder for split in plan(["news/*/*.txt"])] == ["bbc"]


class TestUsageErrors:
    def test_same_name_says_how_to_name_them(self, tree):
        with pytest.raises(InputError, match=r"first=news/top\.txt second=other/top\.txt"):
            plan(["news/top.txt", "other/top.txt"])

    def test_given_twice(self, tree):
        with pytest.raises(InputError, match="given twice"):
            plan(["news", "./news"])

    def test_nothing_given(self):
        with pytest.raises(InputError, match="no input"):
            plan([])

    def test_list_that_is_not_there(self, tree):
        with pytest.raises(InputError, match="nowhere"):
            plan(["@nowhere"])

    def test_extension_of_an_unknown_format(self, tree):
        with pytest.raises(InputError, match=r"\.article=text"):
            plan(["news"], ReadingSettings(extensions=(".x=novel",)))

    def test_raised_before_the_first_split(self, tree):
        with pytest.raises(InputError):
            plan(["news", "news"])  # and not on next()


class TestRefused:
    def reasons(self, *sources):
        found = {}
        for split in plan(sources):
            for item in read(split):
                if hasattr(item, "reason"):
                    found[item.source_uri] = item.reason
        return found

    def test_missing_path_is_a_failed_document_and_the_rest_is_done(self, tree):
        splits = list(plan(["news/none.txt", "other"]))
        assert [split.format for split in splits] == ["refused", "text"]
        assert "no such file" in self.reasons("news/none.txt")["none.txt"]

    def test_pattern_without_match(self, tree):
        assert "no file matches" in self.reasons("news/*.pdf")["news/*.pdf"]

    def test_unknown_extension_says_what_to_do(self, tree):
        (tree / "other/photo.jpg").write_bytes(b"\xff\xd8\xff")
        assert "extensions" in self.reasons("other")["other/photo.jpg"]

    def test_symbolic_link_loop(self, tree):
        (tree / "other/again").symlink_to(tree / "other")
        (tree / "other/sub").mkdir()
        (tree / "other/sub/up").symlink_to("..")
        reasons = self.reasons("other")
        assert set(reasons) == {"other/again", "other/sub/up"}
        assert all("symbolic link" in reason for reason in reasons.values())

    def test_folders_a_thousand_deep(self, tree, monkeypatch):
        monkeypatch.chdir(tree / "other")
        for _ in range(1_500):
            Path("d").mkdir()
            os.chdir("d")
        Path("x.txt").write_text("deep")
        os.chdir(tree)
        splits = list(plan(["other"]))
        subprocess.run(["rm", "-rf", "other/d"], check=True)  # shutil.rmtree, and so pytest, would go too deep
        assert [split.source_uri.rsplit("/", 1)[1] for split in splits] == ["x.txt", "top.txt"]

    def test_dangling_link(self, tree):
        (tree / "other/gone.txt").symlink_to("nothing")
        assert self.reasons("other") == {"other/gone.txt": "a symbolic link to nothing"}

    def test_links_to_folders_elsewhere_are_followed(self, tree):
        (tree / "other/link").symlink_to(tree / "news/bbc")
        assert "other/link/2.txt" in uris("other")

    def test_pipe_does_not_hang(self, tree):
        os.mkfifo(tree / "other/pipe.txt")
        assert "neither a file nor a folder" in self.reasons("other")["other/pipe.txt"]

    def test_no_permission(self, tree, monkeypatch):
        real = os.listdir

        def listdir(path):
            if str(path).endswith("bbc"):
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, "listdir", listdir)
        assert "permission" in self.reasons("news")["news/bbc"]
        assert "news/top.txt" in uris("news")

    def test_name_that_is_not_utf8(self, tree):
        (tree / os.fsdecode(b"other/\xff.txt")).write_bytes(b"x")
        splits = list(plan(["other"]))
        assert "not valid UTF-8" in splits[-1].reason or "not valid UTF-8" in splits[0].reason
        assert splits_to_batch(splits).num_rows == 2

    def test_web_addresses_are_not_fetched(self, tree):
        (tree / "urls.txt").write_text("https://example.org/a\nhttps://example.org/b\n")
        assert all("not fetched" in reason for reason in self.reasons("@urls.txt").values())
        assert len(self.reasons("@urls.txt")) == 2


class TestSplits:
    def test_round_trip_through_arrow(self, tree):
        splits = list(plan(["news", "other"]))
        batch = splits_to_batch(splits)
        assert batch.schema == split_schema()
        assert list(splits_of_batch(batch)) == splits

    def test_standard_input_is_put_aside(self, tree):
        (split,) = plan(["-"], stdin=io.BytesIO(b"<!doctype html><p>x"), spool=tree / "spool")
        (again,) = plan(["-"], stdin=io.BytesIO(b"<!doctype html><p>x"), spool=tree / "spool")
        assert (split.source_uri, split.format) == ("stdin", "html")
        assert split.path == again.path
        assert [source.data for source in read(split)] == [b"<!doctype html><p>x"]

    @pytest.mark.parametrize(("data", "kind"), [(b'{"text": "a"}\n', "jsonl"), (b"words", "text"), (b"", "text")])
    def test_standard_input_is_sniffed(self, tree, data, kind):
        assert next(plan(["-"], stdin=io.BytesIO(data), spool=tree)).format == kind

    def test_listing_opens_no_file(self, tree, monkeypatch):
        def refuse(*_args, **_kwargs):
            raise AssertionError("opened")

        splits = plan(["news"])
        monkeypatch.setattr("builtins.open", refuse)
        assert len(list(splits)) == 4
