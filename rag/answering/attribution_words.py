"""The words and patterns by which attributions are read; closed lists of English."""

from __future__ import annotations

import re

LONGEST_TEXT = 12_000
"""Characters that are read of a text; a quote and its surroundings are shorter by far."""
LONGEST_QUOTATION = 3_000
"""Characters until a quotation must close; beyond, its mark stood for something else."""
LONGEST_TAIL = 22
"""Words after "Lee said" that only say when and where: "in an interview with … on Monday"."""
LONGEST_SPEAKER = 14
"""Words that name a speaker with his office; beyond, only the last name of them is taken."""
MOST_IN_SENTENCE = 16
"""Verbs, phrases and quotations that are looked at in one sentence; prose has fewer."""
CLAUSE_REACH = 14
"""Words in which the verb of a clause without "that" must come: "claimed the ban would"."""
SCARE_QUOTE_WORDS = 4
"""Quoted words from which a sentence without a speaker is somebody's speech."""
NAMED_BACK = 2
"""Sentences back in which the name is that "he" stands for."""

TOKEN = re.compile(r"[^\W_](?:[\w.&'’-]*\w)?|[^\w\s]")
OPEN_MARKS, CLOSE_MARKS = frozenset("“«"), frozenset("”»")
QUOTE_MARKS = frozenset('“”«»"‘')
STOPS = frozenset(",;:—–()[]…") | QUOTE_MARKS
CLAUSE_WORDS = frozenset(
    "that but because while although though when if where which whereas as after before "
    "since".split()
)
AUXILIARIES = frozenset(
    "is are was were has have had will would could may might can should must does did do 's".split()
)
BE = frozenset("is are was were be been being".split())
SKIPPED = frozenset(
    "also then later earlier has have had once even still again recently since who both all "
    "themselves himself herself itself always often long did do does therefore".split()
)
UNTOLD = frozenset(
    "to would will can could should must might may not never don't didn't doesn't won't wouldn't "
    "cannot can't couldn't nor".split()
)
NO_VERB_AFTER = frozenset(
    "the a an this that these those his her its their my our your of no any such by several many "
    "some few new false united other for with in on by from at about over under stated".split()
)
"""Before a form that is also a noun: "the claims", "United States"."""
NOUN_FORMS = frozenset(
    "claims claim reports report states state notes note fears fear estimates estimate comments "
    "comment views view worries worry order orders rule rules question questions reply label "
    "labels brand brands forecast forecasts pledge pledges promise promises vow vows finding "
    "findings feeling feelings writing point points call calls decree dispute disputes shows show "
    "caution tweet tweets felt saying thinking thought thoughts doubt say".split()
)
NOUNS = frozenset("rule rules order orders decree call".split())
"""Nouns so often that the verb is not looked for."""
OTHER_SENSE = {
    "ask": {"for", "to"},
    "write": {"into", "off", "down", "to"},
    "add": {"to", "up"},
    "report": {"to", "for", "on"},
    "state": {"of"},
    "call": {*"for on off in up out upon back at from to with".split()},
}
"""What after a verb gives it another sense."""
OPENS_OBJECT = NO_VERB_AFTER | frozenset("it them him me us".split())
CONVENED = frozenset("meeting meetings election elections vote strike referendum".split())
"""What is called without being judged."""
PRONOUNS = frozenset("he she they it who".split())
NO_SUBJECT = frozenset("that which what this these those the a an as than and or".split())
"""Words that are no speaker by themselves."""
SELVES = frozenset("he she they it we its their his her".split())
FILLERS = frozenset(
    "but and yet still meanwhile however also so then or indeed instead moreover separately "
    "nevertheless".split()
)
TIME_OPENERS = frozenset(
    "in on at by during after last since earlier later this before for with under from despite "
    "speaking asked".split()
)
TAIL_OPENERS = frozenset(
    "in on at during by to via through after late early last this yesterday today before when "
    "monday tuesday wednesday thursday friday saturday sunday later earlier recently again as "
    "ahead following from of about with bluntly flatly simply".split()
)
DATE_WORDS = frozenset(
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday the same day days week weeks month months "
    "year years morning evening night early late mid last this next that of summer autumn winter "
    "spring".split()
)
JOINERS = frozenset("of for the de von van bin al & and".split())
EVIDENCE = frozenset(
    "data figures records statistics documents filings accounts numbers images photos footage "
    "video pictures results table chart index".split()
)
"""What shows a thing without an opinion of its own."""
REFERRING_HEADS = frozenset(
    "company firm agency ministry group department spokesman spokeswoman spokesperson minister "
    "senator president bank court government chairman chief executive official lawmaker professor "
    "researcher authors economist analyst mayor governor judge union party regulator".split()
)
TIME_OR_PLACE = re.compile(
    r"(?:\s+(?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|evening|night))?"
    r"|(?:in|at|during|on) (?:an?|the|his|her|its|their) (?:[\w'’-]+ ){0,3}?(?:statement|interview|"
    r"letter|speech|post|report|memo|filing|e-?mail|note|briefing|tweet|article|column|testimony|"
    r"conference|hearing|rally|event|meeting|study|paper|podcast|call|broadcast|program|programme)"
    r"(?: (?:on|with|to|in|for) (?:the |a )?[A-Z\d][\w.’'-]*(?: [A-Z\d][\w.’'-]*){0,3})*"
    r"|(?:on|in|by) (?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December)(?: \d{1,4})?(?:, \d{4})?|in \d{4}"
    r"|(?:late|early|earlier|later|last|this) (?:on |this |last )?\w+day|last (?:week|month|year)"
    r"|this (?:week|month|year)|earlier|later|yesterday|today|again|also|bluntly|repeatedly)\b)*",
    re.ASCII,
)
ADDRESSEE = re.compile(
    r"\s+(?:(?:the|a|an|his|her|their|its)\s+)?[\w.’'-]+(?:\s+(?:of|and|for|in|at|to)?\s*"
    r"(?:the\s+)?[A-Z][\w.’'-]*){0,6}"
)
ACCORDING = re.compile(r"\baccording to\b", re.IGNORECASE)
IN_VIEW = re.compile(
    r"\bin the (?:view|views|opinion|words|eyes|telling|account|estimation) of\b"
    r"|\bfrom the (?:perspective|standpoint|point of view) of\b",
    re.IGNORECASE,
)
IN_OWN_VIEW = re.compile(
    r"\b(?:in|by|on) (?P<who>(?:the )?(?:[\w.’'-]+ ){0,4}?[\w.-]+)(?:['’]s?|(?<=his)|(?<=her)|"
    r"(?<=their)|(?<=its)) (?:own )?(?:view|opinion|words|eyes|telling|account|estimation|"
    r"reckoning)\b,?",
    re.IGNORECASE,
)
NOUN_FRAME = re.compile(
    r"\b(?:views?|arguments?|claims?|beliefs?|position|contention|assertions?|allegations?|"
    r"accusations?|fears?|worry|worries|concerns?|suspicions?|rumou?rs?|reports?|statements?|"
    r"assessment|prediction|warnings?|conclusion|opinion|complaints?)"
    r"(?: (?:by|from|of|among) (?P<by>(?:(?!that\b|which\b|is\b|was\b)[\w.’'-]+ ){0,6}?[\w.’'-]+))?"
    r"(?:,? (?:is|was|are|were|has been))?,? that\b",
    re.IGNORECASE,
)
OWNER = re.compile(r"(?P<who>(?:the )?(?:[A-Za-z][\w.-]* ){0,4}?[A-Za-z][\w.-]*)['’]s? (?:\w+ )?$")
HEDGE = re.compile(
    r"\b(?:reportedly|allegedly|supposedly|purportedly|apparently)\b"
    r"|\b(?:is|are|was|were) (?:widely |generally |reportedly )?(?:said|believed|thought|alleged|"
    r"reported|rumou?red|understood|claimed|considered|accused) (?:to|of)\b"
    r"|\bit (?:is|was|has been) (?:widely |generally )?(?:said|believed|thought|alleged|reported|"
    r"rumou?red|understood|claimed|argued|feared|suggested) that\b",
    re.IGNORECASE,
)
BY_WHOM = re.compile(r"\bby (?P<who>(?:the |an? )?[\w.’'-]+(?: (?:of |the )*[A-Z][\w.’'-]*){0,4})")


TURN = re.compile(r";|, (?:while|whereas|even as)\b")
FUNCTION_OPENERS = (
    FILLERS | TIME_OPENERS | PRONOUNS | CLAUSE_WORDS | NO_VERB_AFTER | frozenset({"i", "we"})
)

"""Words that open a sentence with a capital and name nobody."""
