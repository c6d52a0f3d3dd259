"""Reuse: near-copies, containment and quotations across documents."""
