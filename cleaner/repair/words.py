"""Closed lists of English words that the repairs must know by name."""

from __future__ import annotations

ABBREVIATIONS = frozenset(
    "mr mrs ms dr st gov sen rep gen col sgt lt capt maj cmdr inc corp co ltd jr sr vs no nos prof rev hon etc jan feb "
    "mar apr jun jul aug sep sept oct nov dec fig figs dept ave blvd approx est min max avg al ed eds vol pp p cf eg ie "
    "viz cont ext tel calif ariz mass conn wash fla pa va ill ga ind mich minn ore tex op cit bros mt ft pres supt "
    "messrs mme mlle am pm".split()
)
"""Words that end in a full stop which ends no sentence, folded, without the stop."""

NAME_TITLES = frozenset("mr mrs ms dr st gov sen rep gen col sgt lt capt maj cmdr prof rev hon pres supt mt ft".split())
"""Abbreviations that stand before a name."""

DEGREES = frozenset("tech com sc ed arch pharm eng phil net mus litt hons".split())
"""What follows `B.` or `M.` in the name of a degree."""

ADDRESS_ENDINGS = frozenset(
    "com org net gov edu co io uk de ru br fr eu info biz tv me ai app html htm php asp aspx jsp js ts py exe dll pdf doc "
    "docx xls xlsx csv txt jpg jpeg png gif svg zip rar json xml yml md mp mov avi".split()
)
"""Ends of host names and file names, as they stand after a dot."""

SENTENCE_OPENERS = frozenset(
    "the a an this that these those it its he she they we you i his her their our my your there here in on at to for "
    "from with by as if when while where who what why how which after before since until during despite although though "
    "because but and or so yet not no now then still however meanwhile moreover also both many most some several one "
    "two three other another each every all according more last earlier later today yesterday once even just only "
    "under over between among such instead rather asked speaking".split()
)
"""Words that often begin a sentence and hardly ever end the name of a host, a class or a company."""

FUNCTION_WORDS = frozenset(
    "the of and to in a is that for on was with as it by at from his her he she are be has have had this not but or an "
    "they their we you will would who which when what were been more after about into over than out up if no can its our "
    "your my me us him them so do does did i there then also just like one all any some such only very how where why "
    "because while before between through during each other these those most many much may might must should could am "
    "being off both few own same too here once again under until against nor yet ever".split()
)
"""Words that say nothing about a name beside them."""

PARTICLES = frozenset(
    "van von der den de del della di da dos du la le el al bin ibn ben abu y e ter ten zu und af av st the of and to in a "
    "is that for on was with as it by at from or an et".split()
)
"""Words that stay small inside names and titles."""

DETERMINERS = frozenset("a an the this that his her its their our my your no some any every each".split())
AUXILIARIES = frozenset("to can could will would may might must should shall did does do not never".split())
"""What stands before a verb: the word after one of these is hardly a name."""

CONVENTIONALLY_SMALL = frozenset(
    "german french brussels roman english dutch danish turkish swiss venetian arabic bohemian internet web google xerox "
    "photoshop catholic arctic bible champagne scotch swede afghan panama".split()
)
"""Names that good dictionaries also write small in fixed phrases: `french fries`, `venetian blinds`."""

MONTHS_AND_VERBS = frozenset(("may", "march"))

VERBS = frozenset(
    "said says told tells made makes took takes went goes came comes gave gives got gets won wins lost loses knew knows "
    "thinks thought sees saw seems became becomes began begins left leaves led leads held holds kept keeps met meets "
    "runs ran sent sends set sets stood stands spoke speaks wrote writes offers offer provides provide includes include "
    "added adds wants want needs need uses use plays works helps help features feature shows show".split()
)
"""Verbs that often follow a name."""

NO_OPENERS = frozenset("is are was were has have had and or which who whose that to of by with as than".split())
"""Words with which a line goes on rather than begins."""
