"""What counts as reuse: every threshold of this package, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds of links and clusters.  Shares are ratios (0 to 1), lengths are in words.

    `near_share`: both texts must be matched by this much, free ends aside, to be near copies.
    `cut_share`: so much of both must be matched where an end, a sentence or so, was cut off or put on.
    `member_share`: a member that was linked through others must still match its canonical by this much.
    `contained_share`: so much of a short text must stand in a longer one.
    `moved_share`: near copies whose sentences changed places share so many words in runs of two or more.
    `free_end_words`: a head or tail of so many words that one side has more of (dateline, outlet) costs nothing;
    `short_free_end_words`: the same for short texts, which a longer end would outweigh.
    `loose_run_share`: an unmatched end longer than this share of the longer text is loose: one may have been cut off,
    where two are loose the texts have only a part in common;
    `member_run_share`: the same for a member that others in its cluster vouch for.
    `other_end_words`: ends of so many words on both sides are compared for numbers and names, shorter ones are not.
    `quoted_share`: so much of a passage must stand in quotation marks, on one side at least, for a quotation.
    `contained_lapse_words`: a contained text may lack one word for so many that it has beyond the shortest.
    `name_words`: in a shorter text one other name makes another statement; `title_words`: one other title word does.
    `contained_free_words`: so many words at the ends of a contained text may be its own (who said it).
    `contained_words`, `shared_words`: the shortest text that may be contained, the shortest shared passage.
    `collapse`: what shares a cluster: near copies, exact ones, or nothing.
    """

    near_share: float = 0.55
    member_share: float = 0.40
    cut_share: float = 0.6
    contained_share: float = 0.80
    moved_share: float = 0.7
    free_end_words: int = 8
    short_free_end_words: int = 5
    other_end_words: int = 4
    quoted_share: float = 0.6
    contained_lapse_words: int = 6
    loose_run_share: float = 0.12
    member_run_share: float = 0.40
    contained_words: int = 8
    contained_free_words: int = 4
    shared_words: int = 10
    name_words: int = 20
    title_words: int = 14
    collapse: str = "near_copies"
