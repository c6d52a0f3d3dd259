"""Write a synthetic news corpus of any size: `python bench/make_corpus.py OUT --documents 10000 --form html`.

The same arguments give the same bytes.  Pages are written one at a time, so memory does not grow with the corpus.
Each outlet has chrome of its own; some paragraphs are copies of another document's, some carry a quotation that
several documents carry, some are damaged.  `--gold FILE` says which, one JSON line a page.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))
from corpus_grammar import generator, headline, paragraph, person, pick, place, quoting

FORMS = ("txt", "html", "jsonl", "warc")
START = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Spec:
    """What corpus to make; shares are ratios of paragraphs (copies, quotations) or pages (damage)."""

    documents: int = 100
    paragraphs: int = 12
    outlets: int = 10
    seed: int = 1
    copies: float = 0.05
    quotations: float = 0.04
    damage: float = 0.1


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page; `of` names the paragraph (`document:number`) or quotation that it was taken from."""

    role: str
    text: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    outlet: str
    slug: str
    title: str
    author: str
    published: datetime
    blocks: tuple[Block, ...] = field(default=())

    @property
    def url(self) -> str:
        return f"https://{self.outlet}/{self.published:%Y/%m/%d}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Outlet:
    """The furniture that an outlet puts on every page."""

    host: str
    name: str
    menu: tuple[str, ...]
    inside: str
    tail: tuple[str, ...]
    doubles_headline: bool


SECTIONS = [
    "News",
    "Politics",
    "Harbour",
    "Region",
    "Sport",
    "Culture",
    "Weather",
    "Opinion",
    "Notices",
    "Video",
    "Podcasts",
    "Puzzles",
]
INSIDE = ("Advertisement", "Sign up for our newsletter", "Share this article", "Follow {name} for more")
TAILS = ("Post a Comment", "0 Comments", "Tags", "Read more from {name}", "Subscribe to {name}", "Share this story")


def outlet(number: int, seed: int) -> Outlet:
    rng = generator("outlet", seed, number)
    town = place(rng)
    name = f"The {town} {pick(rng, ('Herald', 'Courier', 'Gazette', 'Mail', 'Observer', 'Post'))}"
    return Outlet(
        host=f"{town.lower()}{number}.example",
        name=name,
        menu=tuple(rng.sample(SECTIONS, 5)),
        inside=pick(rng, INSIDE).format(name=name),
        tail=(*(t.format(name=name) for t in rng.sample(TAILS, 2)), f"© 2025 {name}. All rights reserved."),
        doubles_headline=rng.random() < 0.3,
    )


def pages(spec: Spec) -> Iterator[Page]:
    """Yield the pages of the corpus in order.

    >>> [page.number for page in pages(Spec(documents=2))]
    [0, 1]
    """
    outlets = [outlet(n, spec.seed) for n in range(spec.outlets)]
    return (_page(n, outlets, spec) for n in range(spec.documents))


def _page(number: int, outlets: list[Outlet], spec: Spec) -> Page:
    rng = generator("page", spec.seed, number)
    house = outlets[int(rng.random() * len(outlets))]
    title = headline(spec.seed, number)
    length = max(2, round(spec.paragraphs * (0.5 + rng.random())))
    body = [_block(rng, number, i, spec) for i in range(length)]
    if rng.random() < spec.damage:
        body = [_damaged(rng, block) for block in body]
    body.insert(length // 2, Block("chrome", house.inside))
    doubled = (Block("repeat", title),) if house.doubles_headline else ()
    return Page(
        number=number,
        outlet=house.host,
        slug=f"{number:07d}-{'-'.join(title.lower().split()[:3]).strip(':').replace('’', '')}",
        title=title,
        author=person(rng),
        published=START + timedelta(minutes=int(rng.random() * 525_600)),
        blocks=(Block("headline", title), *doubled, *body, *(Block("chrome", line) for line in house.tail)),
    )


def _block(rng: Random, number: int, position: int, spec: Spec) -> Block:
    """Return a paragraph of the page's own, or one that another page has too."""
    chance = rng.random()
    if chance < spec.copies and number:
        source = int(rng.random() * number), int(rng.random() * spec.paragraphs // 2)
        text = paragraph(spec.seed, *source)
        return Block("body", _edited(rng, text), of=f"{source[0]}:{source[1]}")
    if spec.copies <= chance < spec.copies + spec.quotations:
        quote = int(rng.random() * max(1, spec.documents // 10))
        return Block("body", quoting(quote, spec.seed, int(rng.random() * 5)), of=f"quotation:{quote}")
    return Block("body", paragraph(spec.seed, number, position))


def _edited(rng: Random, text: str) -> str:
    """Return a copy as a desk makes it: as it is, with another dateline, or with a sentence cut."""
    chance = rng.random()
    if chance < 0.4:
        return text
    if chance < 0.7:
        return f"{place(rng).upper()} – {text}"
    return text.rsplit(". ", 1)[0].rstrip(".") + "."


def _damaged(rng: Random, block: Block) -> Block:
    chance = rng.random()
    text = block.text
    if chance < 0.15:
        text = text.replace(". ", ".", 1)
    elif chance < 0.25:
        text = text.replace("“", "â€œ").replace("’", "â€™")
    elif chance < 0.35:
        words = text.split(" ")
        named = [i for i, word in enumerate(words) if i and word[:1].isupper()]
        for i in named[:1]:
            words[i] = words[i].lower()
        text = " ".join(words)
    return Block(block.role, text, block.of)


def as_text(page: Page) -> str:
    return "\n\n".join(block.text for block in page.blocks) + "\n"


def as_html(page: Page, house: Outlet) -> str:
    """Return the page as HTML, with the navigation and the footer that flattened text has lost."""
    escape = html.escape
    menu = "".join(f'<li><a href="/{s.lower()}">{s}</a></li>' for s in house.menu)
    body = "\n".join(_element(block) for block in page.blocks if block.role == "body" or block.text == house.inside)
    tail = "".join(f"<p>{escape(line)}</p>" for line in house.tail)
    doubled = f"<h2>{escape(page.title)}</h2>" if house.doubles_headline else ""
    facts = {"@type": "NewsArticle", "headline": page.title, "datePublished": page.published.isoformat()}
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(page.title)} - {escape(house.name)}</title>
<link rel="canonical" href="{page.url}"><meta property="og:site_name" content="{escape(house.name)}">
<meta name="author" content="{escape(page.author)}">
<script type="application/ld+json">{json.dumps(facts)}</script></head>
<body><header><a href="/">{escape(house.name)}</a><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{escape(page.title)}</h1>{doubled}<p class="byline">By {escape(page.author)}</p>
<div class="article-body">
{body}
</div></article>
<aside><h3>More from {escape(house.name)}</h3><ul>{menu}</ul></aside></main>
<footer>{tail}</footer><div class="cookie-banner"><p>This site uses cookies.</p><button>Accept all</button></div>
</body></html>
"""


def _element(block: Block) -> str:
    if block.role == "body":
        return f"<p>{html.escape(block.text)}</p>"
    return f'<div class="promo">{html.escape(block.text)}</div>'


def as_json(page: Page) -> str:
    row = {
        "id": page.slug,
        "url": page.url,
        "outlet": page.outlet,
        "title": page.title,
        "published_at": page.published.isoformat(),
        "text": as_text(page),
    }
    return json.dumps(row, ensure_ascii=False)


def as_warc(page: Page, house: Outlet) -> bytes:
    """Return one WARC/1.0 response record in a gzip member of its own (ISO 28500, annex D)."""
    body = as_html(page, house).encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {page.url}\r\n"
        f"WARC-Date: {page.published:%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{page.number:012d}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", mtime=0)


def write(spec: Spec, out: Path, form: str = "txt", gold: Path | None = None) -> int:
    """Write the corpus and return the number of bytes of its pages.

    `txt` and `html` make a folder an outlet below `out` (no more than 1,000 pages in one folder); `jsonl` and `warc`
    make the one file `out`, gzipped where its name ends in `.gz` (WARC always is).
    """
    houses = {house.host: house for house in (outlet(n, spec.seed) for n in range(spec.outlets))}
    total = 0
    with ExitStack() as stack:
        sink = _sink(stack, out, form)
        notes = stack.enter_context(gold.open("w", encoding="utf-8")) if gold else None
        for page in pages(spec):
            data = _rendered(page, houses[page.outlet], form)
            total += len(data)
            if sink is None:
                path = out / page.outlet / f"{page.number // 1000:04d}" / f"{page.slug}.{form}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            else:
                sink.write(data)
            if notes:
                notes.write(json.dumps({"slug": page.slug, "blocks": [asdict(b) for b in page.blocks]}) + "\n")
    return total


def _rendered(page: Page, house: Outlet, form: str) -> bytes:
    if form == "warc":
        return as_warc(page, house)
    texts = {"txt": as_text, "jsonl": lambda p: as_json(p) + "\n", "html": lambda p: as_html(p, house)}
    return texts[form](page).encode()


def _sink(stack: ExitStack, out: Path, form: str):  # noqa: ANN202  (a binary file, of three kinds)
    if form in {"txt", "html"}:
        return None
    out.parent.mkdir(parents=True, exist_ok=True)
    raw = stack.enter_context(out.open("wb"))
    if form == "jsonl" and out.suffix == ".gz":
        return stack.enter_context(gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename=""))
    return raw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("--form", choices=FORMS, default="txt")
    parser.add_argument("--gold", type=Path)
    defaults = asdict(Spec())
    for key, value in defaults.items():
        parser.add_argument(f"--{key}", type=type(value), default=value, help=f"default {value}")
    args = vars(parser.parse_args())
    spec = Spec(**{key: args[key] for key in defaults})
    total = write(spec, args["out"], args["form"], args["gold"])
    print(f"{spec.documents:,} documents, {total:,} bytes, {args['out']}")


if __name__ == "__main__":
    main()
