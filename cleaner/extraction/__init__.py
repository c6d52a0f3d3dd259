"""From decoded sources to paragraphs."""
