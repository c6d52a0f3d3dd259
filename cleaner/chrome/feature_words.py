"""The features of the judge in words, for people who ask why."""

from __future__ import annotations

from cleaner.chrome.phrases import load_phrases

_SENTENCES = {
    "log_words": "its length",
    "link_density": "the share of its text inside links is {value:.2f}",
    "lead_share": "it shares {value:.0%} of its words with the page's description",
    "in_menu": "it stands in a container that holds mostly links and is called or placed like furniture",
    "is_caption": "it is {value:.0f} (1 yes, 0 no) among pictures",
    "same_good": "blocks of its kind hold {value:.0%} of the page's sentences",
    "score_path_low": "the class names above it are used for furniture or text on other sites ({value:+.1f})",
    "score_path_high": "the class names above it are used for text on other sites ({value:+.1f})",
    "score_near_low": "the class names round it are used for furniture on other sites ({value:+.1f})",
    "score_near_high": "the class names round it are used for text on other sites ({value:+.1f})",
    "since_h1": "it stands {value:.0f} blocks after the main heading",
    "root_in_50": "it is {value:.0f} (1 yes, 0 no) inside the container that holds most sentences",
    "in_run": "it is {value:.0f} (1 yes, 0 no) inside the longest run of sentences",
    "title_overlap": "it shares {value:.0%} of its words with the page's title",
    "position": "it stands at {value:.0%} of the page",
    "cue_density": "{value:.0%} of its words are those of page furniture",
    "ends_sentence": "it {ends} with the end of a sentence",
    "sentences": "it holds {value:.0f} sentences",
    "function_words": "{value:.0%} of its words are function words, as in running text",
    "topic_overlap": "it shares {value:.0%} of its words with the sentences of the page",
    "is_title": "it {is_} the title of the page",
    "copies": "the same line stands {value:.0f} more times in the document",
    "earlier_copies": "the same line stood {value:.0f} times before it",
    "from_start": "it stands {value:.0f} lines from the start",
    "from_end": "it stands {value:.0f} lines from the end",
    "mass_before": "{value:.0%} of the page's running text stands before it",
    "own_mass": "it holds {value:.0%} of the page's running text",
    "page_good_lines": "{value:.0%} of the page's lines are sentences",
    "page_cue_lines": "{value:.0%} of the page's lines speak of furniture",
    "page_short_lines": "{value:.0%} of the page's lines are short",
    "since_good": "the last sentence is {value:.0f} lines away",
    "until_good": "the next sentence is {value:.0f} lines away",
    "word_score": "its words are those of furniture (-) or text (+) on other sites: {value:+.1f}",
    "word_low": "the word in it that speaks most for furniture weighs {value:+.1f}",
    "word_high": "the word in it that speaks most for text weighs {value:+.1f}",
    "words_known": "{value:.0%} of its words are known from other sites",
    "run_score": "the words of the lines it stands among are those of furniture (-) or text (+): {value:+.1f}",
    "run_low": "the words that speak for furniture in the lines it stands among weigh {value:+.1f}",
    "run_words": "mean length of the lines it stands among (log of words): {value:.1f}",
    "run_lines": "it stands in a run of {value:.0f} lines (below zero: lines that are no sentences)",
    "page_score": "the words of the page are those of furniture (-) or text (+): {value:+.1f}",
    "score_before": "the words before it are those of furniture (-) or text (+): {value:+.1f}",
    "score_after": "the words from it on are those of furniture (-) or text (+): {value:+.1f}",
    "since_long": "the last long paragraph is {value:.0f} lines away",
    "until_long": "the next long paragraph is {value:.0f} lines away",
    "longs_before": "{value:.0f} long paragraphs stand before it",
    "longs_after": "{value:.0f} long paragraphs stand after it",
}
# Read in passing: counts of neighbours, named by how far they look.
_NEIGHBOURS = (
    ("word_score_", "the words within {rest} lines are those of furniture (-) or text (+): {value:+.1f}"),
    ("word_low_", "the words that speak for furniture within {rest} lines weigh {value:+.1f}"),
    ("words_back_", "length of the line {rest} before it (log of words): {value:.1f}"),
    ("words_ahead_", "length of the line {rest} after it (log of words): {value:.1f}"),
    ("words_mean_", "mean length of the {rest} lines on either side (log of words): {value:.1f}"),
    ("mass_", "running text within {rest} lines: {value:.2f}"),
    ("good_", "sentences within {rest} lines: {value:.2f}"),
    ("cues_", "words of furniture within {rest} lines: {value:.2f}"),
    ("phrases_", "phrases of furniture within {rest} lines: {value:.2f}"),
)
_PREFIXES = (
    ("path_", "a class name above it speaks of “{rest}”: {value:.0f}"),
    ("near_", "a class name close to it speaks of “{rest}”: {value:.0f}"),
    ("in_", "it stands inside “{rest}”: {value:.0f}"),
    ("tag_", "its tag is <{rest}>: {value:.0f}"),
    ("cue_", "it has words of “{rest}”: {value:.0f}"),
    ("page_", "of the whole page: {rest} = {value:.2f}"),
    ("box_mass", "share of the page's sentences in the container {rest} steps up: {value:.0%}"),
    ("box_links", "share of linked words in the container {rest} steps up: {value:.0%}"),
    ("box_", "of the containers above it: {rest} = {value:.2f}"),
    ("since_", "blocks since the last “{rest}”: {value:.0f}"),
)


def in_words(name: str, value: float) -> str:
    """Return what a feature says of a block, with its value.

    >>> in_words("in_nav", 1.0)
    'it stands inside “nav”: 1'
    >>> in_words("commas", 0.25)
    'commas = 0.25'
    """
    known = _SENTENCES.get(name)
    if known is not None:
        marks = {"ends": "ends" if value else "does not end", "is_": "is" if value else "is not"}
        return known.format(value=value, **marks)
    for prefix, words in (*_NEIGHBOURS, *_PREFIXES):
        if name.startswith(prefix):
            return words.format(rest=name.removeprefix(prefix).strip("_").replace("_", " "), value=value)
    return f"{name.replace('_', ' ')} = {value:.2f}"


def rule_in_words(rule_id: str) -> str:
    """Return what a rule that was hit says of a paragraph.

    >>> rule_in_words("site/on-4-documents")
    'matches site/on-4-documents'
    """
    rule = load_phrases().rules.get(rule_id)
    return f"is {rule.why}" if rule else f"matches {rule_id}"
