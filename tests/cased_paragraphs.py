"""Paragraphs in which case is in question in every way that is told of: names, titles, ledes, starts, capitals."""

PARAGRAPHS = [
    "The envoy Lindqvist spoke in Oslo, and the Council of the town agreed with the council.",
    "Later the envoy lindqvist left oslo with Anna berg, and the Minister was not pleased at all.",
    "Russian foreign Minister Berg met Foreign Minister Holm while The ministers of the north sat.",
    "They said that Nato and the NATO council agreed; the house of Lords was Empty again.",
    "In Lake vann, near the White house, a trump card was played by nato and by the White House.",
    "the whole of the town had gathered on the market square by noon and waited there for news.",
    "He told the council that norway, Sweden and the us had Signed, as the foreign minister did.",
    "Nobody at the House knew the bank of Vann, the Bank Of the north, or Louise lindgren.",
    "Kim Jong-un and the un council met on monday, and Anna lindgren spoke of the google Assistant.",
    "A hall, a Hall-like hall and the very low marsh Radio stood near the vann-based Council.",
    "THE COUNCIL OF THE TOWN said that the White house stood and that it would stand for ever.",
    "The Bank said so, the bank said so, the bank, the bank and the Bank again said that it would.",
]
