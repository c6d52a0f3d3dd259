"""The run on one screen: what is understood, decided, applied, decided again, and written, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from cleaner import queries, stages
from cleaner.chrome.site_stage import decide_site
from cleaner.config import Config
from cleaner.decisions import decide
from cleaner.documents import KNOWN, Documents
from cleaner.engine.base import Engine, Table
from cleaner.inputs import ITEMS, in_tasks, item_batches
from cleaner.packing import pack
from cleaner.reading import Split
from cleaner.reading.splits import InputError
from cleaner.repair.casing_stage import decide_casing
from cleaner.reuse.reusable import REUSABLE, ReusableRows
from cleaner.reuse.stage import decide_reuse
from cleaner.settled import SETTLED
from cleaner.stretch_verification import verify_pieces
from cleaner.tables import UNDERSTOOD
from cleaner.verification import Verification
from cleaner.writing.drawing import Pieces, draw, forget_unused
from cleaner.writing.output import Output, write_matches, write_tables
from cleaner.writing.stretches import ordered


def run(engine: Engine, inputs: Iterable[Split], out: Path, config: Config, *, check: bool = False) -> Output:
    """Clean the inputs and write the tables below `out`; what an earlier run understood and settled is used again.

    With `check` what is written is verified; `Output.verified` waits for it.
    """
    items = engine.table("items", ITEMS, item_batches(inputs))
    engine.made("understood", UNDERSTOOD, stages.FACTS)
    known = engine.thinned(engine.made("known", KNOWN), "item_key", items)
    unknown = engine.sql("unknown", queries.UNKNOWN, items=items, known=known)
    fresh = in_tasks(engine, "fresh", unknown)
    understood = engine.append("understood", stages.understanding(config), fresh, UNDERSTOOD)
    live = engine.sql("live", queries.LIVE, known=known, items=items)
    _refuse_clashes(engine, live)
    documents = Documents(engine, known, live)

    site = engine.meanwhile(partial(decide_site, engine, documents, config))
    casing = pack(engine, "casing", *decide_casing(engine, documents))
    decided = decide(engine, live, site(), casing)
    settled = engine.revise("settled", stages.settling(config), understood, decided, SETTLED)

    order = engine.meanwhile(partial(ordered, engine, settled))
    reuse = decide_reuse(engine, engine.derive("reusable", ReusableRows(), settled, REUSABLE), config)
    matches = engine.meanwhile(partial(write_matches, engine, out, order(), reuse.links, config))
    pieces = draw(engine, order(), reuse)
    verified = engine.meanwhile(partial(verify_pieces, engine, pieces)) if check else None
    output = write_tables(engine, out, pieces, matches, config)
    return output._replace(verified=partial(_verified, engine, pieces, verified))


def _verified(engine: Engine, pieces: Pieces, verified: Callable[[], Verification] | None) -> Verification | None:
    """Return what the check found; nothing else reads what was drawn, so that what no table is made of goes."""
    found = verified() if verified else None
    forget_unused(engine, pieces)
    return found


def _refuse_clashes(engine: Engine, live: Table) -> None:
    """Raise InputError where two inputs have one name: their documents could not be told apart."""
    clashes = [str(uri) for uri, _ in engine.rows(queries.SAME_URI, live=live)]
    if clashes:
        raise InputError(f"two inputs are called {', '.join(clashes)}; give one another name, as NAME=PATH")
