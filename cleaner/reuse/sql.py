"""The SQL of reuse, in the subset that every engine reads alike: BIGINT, STRING and BOOLEAN in every expression."""

# ruff: noqa: S608  every text is put together from constants of this file

from __future__ import annotations

NOT_CLUSTERED_ROLES = ("byline", "dateline", "subheading", "callout_label", "navigation", "share", "footer")
"""Roles whose words recur by nature: equal ones are linked, never collapsed."""
CLUSTERED_WORDS = 5
"""Shorter paragraphs say the same by chance."""

_ROLES = ", ".join(f"'{role}'" for role in NOT_CLUSTERED_ROLES)
_UNDATED = 9223372036854775807

# --- facts at scale ---------------------------------------------------------------------------------------------------

_TALLY = """(SELECT word, CAST(sum(seen) AS BIGINT) AS seen, CAST(sum(capital) AS BIGINT) AS capital
        FROM casing GROUP BY word)"""
_IS_NAME = "capital > 0 AND capital * 100 >= seen * 70"
NAMES = f"SELECT word FROM {_TALLY} AS tally WHERE {_IS_NAME}"
"""Words that the corpus mostly capitalises inside sentences."""

COMMON = f"""
    SELECT t.word FROM {_TALLY} t CROSS JOIN (SELECT CAST(sum(seen) AS BIGINT) AS every FROM casing) c
    WHERE t.seen >= 400 AND t.seen * 10000 >= c.every * 3 AND NOT ({_IS_NAME})
"""
"""Words that the corpus is full of, names aside (`names.Casing.vocabulary`)."""

TEXTS = """
    SELECT v.text_key, v.words, p.text FROM (
        SELECT text_key, words, paragraph_id, row_number() OVER
            (PARTITION BY text_key ORDER BY unsound, voice, paragraph_id) AS place FROM voices) v
    JOIN paragraphs p ON p.paragraph_id = v.paragraph_id WHERE v.place = 1
"""
"""One paragraph for each distinct text."""

GROUPS = """
    SELECT gram, text_key, words, sample, members, place FROM (
        SELECT gram, text_key, words, sample, count(*) OVER (PARTITION BY gram) AS members,
            row_number() OVER (PARTITION BY gram ORDER BY words, text_key) AS place
        FROM (SELECT DISTINCT gram, text_key, words, sample FROM prints) AS once) AS placed
    WHERE members > 1
"""
"""Texts that share a gram, in the order of (words, key)."""

_MET = "SELECT x.text_key AS shorter_key, y.text_key AS longer_key, x.sample AS sample, y.sample AS other FROM met x"
MEETINGS = (
    *(f"{_MET} JOIN met y ON y.gram = x.gram AND y.place = x.place + {step}" for step in (1, 2)),
    *(
        f"{_MET} JOIN met y ON y.gram = x.gram AND y.place = x.place + {step} WHERE x.members <= 6"
        for step in (3, 4, 5)
    ),
    *(
        f"{_MET} JOIN met y ON y.gram = x.gram WHERE x.place = {anchor} AND y.place > {anchor + 2} AND x.members > 6"
        for anchor in (1, 2)
    ),
)
"""Who meets whom: neighbours, all of small groups, anchors of large ones; one join a text, so that each can spill."""

MET = " UNION ALL ".join(f"SELECT * FROM meeting_{number}" for number in range(len(MEETINGS)))
"""Every meeting, as often as grams bring two texts together."""

PAIR_TEXTS = """
    SELECT p.shorter_key, p.longer_key, a.text AS shorter_text, b.text AS longer_text
    FROM pairs p JOIN texts a ON a.text_key = p.shorter_key JOIN texts b ON b.text_key = p.longer_key
"""

GUESTS = "SELECT longer_key AS host, longer_start AS begins, longer_end AS ends FROM ties WHERE verdict % 4 = 2"
"""Who stands inside whom and is no copy: the host, and where in it."""

_ENDS = ("head", "tail", "other_head", "other_tail")
WHOLE_ENDS = f"""
    SELECT DISTINCT e.shorter_key, e.longer_key FROM (
        {" UNION ALL ".join(f"SELECT shorter_key, longer_key, {end} AS text_key FROM found" for end in _ENDS)}) e
    JOIN texts t ON t.text_key = e.text_key
"""
"""Near copies of which an end is a text of its own."""

_SIDES_OF_NEAR = " UNION ALL ".join(
    f"SELECT shorter_key, longer_key, {side}_key AS host, {side}_start AS begins, {side}_end AS ends FROM found "
    "WHERE verdict % 2 = 1"
    for side in ("shorter", "longer")
)
HELD_ENDS = f"""
    SELECT DISTINCT n.shorter_key, n.longer_key FROM ({_SIDES_OF_NEAR}) n JOIN guests g ON g.host = n.host
    WHERE (CASE WHEN g.ends < n.begins THEN g.ends ELSE n.begins END - g.begins) * 4 >= (g.ends - g.begins) * 3
        OR (g.ends - CASE WHEN g.begins > n.ends THEN g.begins ELSE n.ends END) * 4 >= (g.ends - g.begins) * 3
"""
"""Near copies of which an end holds another text, three quarters of it."""

PARTED = """
    SELECT f.shorter_key, f.longer_key, CASE WHEN f.verdict % 2 = 1 AND r.shorter_key IS NOT NULL
        THEN CASE WHEN f.verdict % 4 = 3 THEN 2 ELSE 4 END ELSE f.verdict END AS verdict,
        f.similarity_ppm, f.shorter_start, f.shorter_end, f.longer_start, f.longer_end, f.matched
    FROM found f LEFT JOIN (SELECT * FROM whole UNION SELECT * FROM held) r
        ON r.shorter_key = f.shorter_key AND r.longer_key = f.longer_key
"""
"""Ties; near copies of which an end is a text of its own, or has one in it, contain or share (`run_ons`)."""

NEAR = "SELECT * FROM ties WHERE verdict % 2 = 1"

RIVALS = """
    SELECT t.* FROM ties t JOIN ranks x ON x.text_key = t.shorter_key JOIN ranks y ON y.text_key = t.longer_key
    WHERE t.verdict >= 8 AND t.similarity_ppm >= 800000
"""
"""Revisions that are much alike (`ties.RIVAL_SHARE`) and both have near copies."""

TIES = """
    SELECT f.* FROM found f LEFT JOIN added a ON a.shorter_key = f.shorter_key AND a.longer_key = f.longer_key
    WHERE a.shorter_key IS NULL UNION ALL SELECT * FROM added
"""

# --- what follows from the facts --------------------------------------------------------------------------------------

SPOKEN = f"""
    SELECT v.paragraph_id, v.text_key, v.words, p.doc_id, p.outlet, p.role, p.published_at, p.damage, p.is_repeat,
        CAST(0 AS BIGINT) AS source, row_number() OVER
        (PARTITION BY v.text_key ORDER BY coalesce(p.published_at, {_UNDATED}), p.damage, v.paragraph_id) AS place
    FROM voices v JOIN paragraphs p ON p.paragraph_id = v.paragraph_id
"""
"""Paragraphs, those of one text placed by the canonical policy: earliest, least damaged, first by id."""

LENGTHS = "SELECT doc_id, CAST(sum(words) AS BIGINT) AS words FROM spoken WHERE NOT is_repeat GROUP BY doc_id"

NEAR_RANKS = f"""
    SELECT s.text_key, s.words, row_number() OVER
        (ORDER BY coalesce(s.published_at, {_UNDATED}), 0 - s.words, s.damage, s.paragraph_id) AS ranked
    FROM (SELECT shorter_key AS text_key FROM ties WHERE verdict % 2 = 1
        UNION SELECT longer_key FROM ties WHERE verdict % 2 = 1) n
    JOIN spoken s ON s.text_key = n.text_key WHERE s.place = 1
"""
"""Texts that have near copies, ranked by the canonical policy."""

MEMBERS = f"""
    WITH every AS (
        SELECT s.paragraph_id, s.text_key, s.words, s.doc_id, s.outlet, s.published_at, s.damage,
            coalesce(c.canonical_key, s.text_key) AS cluster_key, coalesce(c.similarity_ppm, 1000000) AS similarity_ppm
        FROM spoken s LEFT JOIN canonicals c ON c.text_key = s.text_key
        WHERE NOT s.is_repeat AND s.words >= {CLUSTERED_WORDS} AND s.role NOT IN ({_ROLES})),
    counted AS (
        SELECT e.* FROM every e JOIN (SELECT cluster_key FROM every GROUP BY cluster_key HAVING count(*) > 1) s
            ON s.cluster_key = e.cluster_key),
    clusters AS (
        SELECT cluster_key, count(*) AS cluster_size, count(DISTINCT coalesce(outlet, doc_id)) AS cluster_outlet_count
        FROM counted GROUP BY cluster_key HAVING count(DISTINCT doc_id) > 1),
    placed AS (
        SELECT paragraph_id, doc_id, text_key, words, cluster_key, similarity_ppm, row_number() OVER
            (PARTITION BY cluster_key ORDER BY CASE WHEN text_key = cluster_key THEN 0 ELSE 1 END,
                coalesce(published_at, {_UNDATED}), 0 - words, damage, paragraph_id) AS place FROM counted)
    SELECT m.paragraph_id, m.doc_id, m.words, b.paragraph_id AS cluster_id, b.doc_id AS cluster_doc_id,
        m.paragraph_id = b.paragraph_id AS is_canonical, m.text_key = m.cluster_key AS is_exact, m.similarity_ppm,
        c.cluster_size, c.cluster_outlet_count
    FROM placed m JOIN clusters c ON c.cluster_key = m.cluster_key
    JOIN placed b ON b.cluster_key = m.cluster_key AND b.place = 1
"""
"""Paragraphs of clusters that span documents.  A null outlet counts as an outlet of its own document."""

_COLUMNS = ("paragraph_id", "doc_id", "role", "published_at", "is_repeat", "source")
_SIDES = ", ".join(f"{row}.{name} AS {side}_{name}" for row, side in (("x", "a"), ("y", "b")) for name in _COLUMNS)
_TIE = ("verdict", "similarity_ppm", "shorter_start", "shorter_end", "longer_start", "longer_end", "matched")


def _pairs(of_one_text: str) -> str:
    return f"""
    SELECT {_SIDES}, {", ".join(f"t.{name}" for name in _TIE)}
    FROM ties t JOIN spoken x ON x.text_key = t.shorter_key AND x.place = 1
    JOIN spoken y ON y.text_key = t.longer_key AND y.place = 1
    UNION ALL
    SELECT {_SIDES}, 1, 1000000, 0, x.words, 0, x.words, x.words
    FROM spoken x JOIN spoken y ON y.text_key = x.text_key AND y.place > 1
    WHERE x.place = 1{of_one_text}
"""


ALL_PAIRS = _pairs("")
PAIRS = _pairs(f" AND (x.words >= {CLUSTERED_WORDS} OR x.doc_id = y.doc_id)")
"""Linked paragraphs: of different texts the best of each, of one text each with its best."""

LINKED = """
    WITH shown AS (
        SELECT p.paragraph_id, p.text FROM paragraphs p
        WHERE p.paragraph_id IN (SELECT a_paragraph_id FROM pairs UNION SELECT b_paragraph_id FROM pairs))
    SELECT l.*, p.text AS a_text, q.text AS b_text FROM pairs l
    JOIN shown p ON p.paragraph_id = l.a_paragraph_id JOIN shown q ON q.paragraph_id = l.b_paragraph_id
"""
"""Pairs with the texts of both sides."""

OF_PAIR = ("a_paragraph_id", "b_paragraph_id", "a_source", "b_source", *_TIE)
"""What a link follows from, besides texts that stand unchanged in the same source."""

KNOWN = f"""
    SELECT l.* FROM links l JOIN pairs p ON {" AND ".join(f"p.{name} = l.pair_{name}" for name in OF_PAIR)}
    WHERE l.pair_a_source <> 0 AND l.pair_b_source <> 0
"""
"""Links of an earlier run that are those of pairs of today."""

UNKNOWN = """
    SELECT p.* FROM pairs p LEFT JOIN known k
        ON k.pair_a_paragraph_id = p.a_paragraph_id AND k.pair_b_paragraph_id = p.b_paragraph_id
    WHERE k.match_id IS NULL
"""

COPIED = """
    SELECT w.doc_id, w.words, CAST(coalesce(c.copied, 0) AS BIGINT) AS copied, f.cluster_doc_id, f.copied AS from_one
    FROM (SELECT doc_id, CAST(sum(words) AS BIGINT) AS words FROM lengths GROUP BY doc_id) w
    JOIN (SELECT doc_id, CAST(sum(words) AS BIGINT) AS copied FROM members
        WHERE doc_id <> cluster_doc_id GROUP BY doc_id) c ON c.doc_id = w.doc_id
    JOIN (SELECT doc_id, cluster_doc_id, copied, row_number() OVER
            (PARTITION BY doc_id ORDER BY copied DESC, cluster_doc_id) AS place
        FROM (SELECT doc_id, cluster_doc_id, CAST(sum(words) AS BIGINT) AS copied FROM members
            WHERE doc_id <> cluster_doc_id GROUP BY doc_id, cluster_doc_id) AS by_source) f
        ON f.doc_id = w.doc_id AND f.place = 1
"""
"""For each document: its words, those whose canonical stands elsewhere, and the document that most of them are from."""

# --- the stand-alone door ---------------------------------------------------------------------------------------------

LED = """
    SELECT p.paragraph_id AS id, coalesce(b.paragraph_id, p.paragraph_id) AS cluster
    FROM paragraphs p LEFT JOIN spoken s ON s.paragraph_id = p.paragraph_id
    LEFT JOIN canonicals c ON c.text_key = s.text_key
    LEFT JOIN (SELECT text_key, paragraph_id FROM spoken WHERE place = 1) b
        ON b.text_key = coalesce(c.canonical_key, s.text_key)
"""
"""Every paragraph and the canonical of its cluster, itself when alone."""

_SHOWN = """(SELECT text_key, paragraph_id FROM (SELECT text_key, paragraph_id, row_number() OVER
    (PARTITION BY text_key ORDER BY paragraph_id) AS shown FROM spoken) AS numbered WHERE shown <= 20)"""
CONTAINED = f"""
    SELECT x.paragraph_id AS "inner", y.paragraph_id AS "outer" FROM ties t
    JOIN {_SHOWN} x ON x.text_key = t.shorter_key JOIN {_SHOWN} y ON y.text_key = t.longer_key
    WHERE t.verdict % 4 >= 2
"""
"""Contained paragraphs and what contains them, for up to twenty exact copies a side (`links.COPIES_SHOWN`)."""

EDGES = """
    SELECT a_paragraph_id, b_paragraph_id, kind, similarity, a_char_start, a_char_end, b_char_start, b_char_end
    FROM links
"""
"""What the door tells of links."""
