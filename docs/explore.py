# ruff: noqa: INP001, T201  (a notebook that runs as a script)
"""# A corpus in pictures.

Run as a script (`python docs/explore.py out --to pictures`) or cell by cell in an editor that knows `# %%`.
Needs `pip install 'corpus-cleaner[explore]'`.
"""

# %%
from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

import cleaner
from cleaner.quotations import read_quotations

COLOURS = ("#0b6b67", "#c9574a", "#3b78b8", "#c08a1e", "#8a63c0", "#5b8c2a", "#b8527f", "#6f4e37")
FATES = {"kept": "#2f7d5b", "copy": "#3b78b8", "excluded": "#c08a1e", "repeat": "#8a63c0", "chrome": "#c9574a"}
plt.rcParams |= {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "svg.hashsalt": "cleaner",
}


# %% [markdown]
# ## Which outlet carried which quotation first
# A row is a quotation, a dot an outlet; the axis is the time since the first of them, in hours, on a log scale.


# %%
def quotations_picture(out: Path) -> plt.Figure:
    """Return the timeline of the twelve quotations that most outlets carried."""
    quotations = read_quotations(out)
    quotations = quotations[quotations.quotation < 12].dropna(subset="published_at")
    first = quotations.groupby("quotation").published_at.transform("min")
    quotations = quotations.assign(hours=(quotations.published_at - first).dt.total_seconds() / 3600 + 1)
    outlets = dict(zip(quotations.outlet.value_counts().index, COLOURS * 9, strict=False))
    figure, axes = plt.subplots(figsize=(9, 0.8 + 0.55 * max(1, quotations.quotation.nunique())))
    for number, row in quotations.groupby("quotation"):
        axes.plot(row.hours, [number] * len(row), color="#c9c5ba", zorder=1)
    for outlet, dots in quotations.groupby("outlet"):
        axes.scatter(dots.hours, dots.quotation, s=70, color=outlets[outlet], label=outlet, zorder=2)
    words = quotations.groupby("quotation").words.first().str.slice(0, 46) + "…"
    axes.set_yticks(words.index, words.to_list())
    axes.set_xscale("log")
    axes.set_xticks([1, 2, 7, 25, 73, 193], ["first", "1 h", "6 h", "1 day", "3 days", "8 days"])
    axes.minorticks_off()
    axes.invert_yaxis()
    axes.set_title("Which outlet carried which quotation first")
    if len(quotations):
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


# %% [markdown]
# ## Where every character went


# %%
def fates_picture(out: Path) -> plt.Figure:
    """Return a bar for each outlet, by what became of its characters."""
    documents = cleaner.read_corpus(out, table="documents", columns=["doc_id", "outlet"])
    paragraphs = cleaner.read_corpus(out, table="paragraphs", columns=["doc_id", "status", "source_text"])
    paragraphs = paragraphs.merge(documents, on="doc_id")
    paragraphs["characters"] = paragraphs.source_text.str.len()
    table = paragraphs.pivot_table(index="outlet", columns="status", values="characters", aggfunc="sum", fill_value=0)
    table = table.reindex(columns=[fate for fate in FATES if fate in table]).astype("int64")
    figure, axes = plt.subplots(figsize=(9, 0.9 + 0.45 * max(1, len(table))))
    table.plot.barh(stacked=True, ax=axes, color=FATES, ylabel="", width=0.7)
    axes.set_title("Where every character went")
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


# %% [markdown]
# ## What was published when


# %%
def days_picture(out: Path) -> plt.Figure:
    """Return the words of the cleaned documents by the day of their publication, and by outlet."""
    documents = cleaner.read_corpus(out, table="documents", columns=["outlet", "published_at", "text_num_words"])
    documents = documents.dropna(subset=["published_at"])
    days = pd.to_datetime(documents.published_at).dt.strftime("%d %b %Y")
    order = pd.to_datetime(documents.published_at).sort_values().dt.strftime("%d %b %Y").unique()
    table = documents.text_num_words.astype("int64").groupby([days, documents.outlet]).sum().unstack(fill_value=0)  # noqa: PD010  (a series)
    figure, axes = plt.subplots(figsize=(9, 3.2))
    if len(table):
        table.reindex(order).plot.bar(stacked=True, ax=axes, color=COLOURS, xlabel="", width=0.8, rot=30)
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    axes.set_title("Words published, by day and outlet")
    return figure


# %%
PICTURES = {"quotations": quotations_picture, "fates": fates_picture, "days": days_picture}


def main() -> None:
    parser = argparse.ArgumentParser(description="Render the pictures of a corpus.")
    parser.add_argument("out", type=Path, nargs="?", default=Path("out"))
    parser.add_argument("--to", type=Path, default=Path("pictures"))
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        figure = picture(arguments.out)
        figure.savefig(arguments.to / f"{name}.png", dpi=130, metadata={"Software": None})
        plt.close(figure)
        print(arguments.to / f"{name}.png")


if __name__ == "__main__":
    main()
