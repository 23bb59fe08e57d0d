"""Single words by which a claim says more than its source, or the opposite: "all", "rose".

Closed lists of English words, in classes. A word of a class needs one of the same class in the
source, beside the same thing; one whose opposite stands there instead turns the claim round.
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.answering.verification.claims import Claim, Token
from rag.answering.verification.evidence import Source

RESTRICTED_WORDS = 2
"""Content words after "most" or "some" in which its noun is."""

_ALL = (
    "all every each everyone everybody everything entire entirely whole always unanimous "
    "unanimously throughout completely fully"
)
_CLASSES: dict[str, frozenset[str]] = {
    "all": frozenset(_ALL.split()),
    "both": frozenset("both two neither too and".split()),
    "only": frozenset("only sole solely alone exclusively just exclusive".split()),
    "most": frozenset("most mostly majority mainly largely".split()),
    "first": frozenset("first".split()),
    "last": frozenset("last final finally".split()),
}
_SAYS: dict[str, frozenset[str]] = {
    **_CLASSES,
    "both": frozenset({"both"}),
    "last": frozenset(),
    "first": frozenset(),
}
"""The words of a claim that need one of their class in the source."""
_RESTRICTING = frozenset(
    "some most few several half partly partially nearly almost virtually mostly many".split()
)
_SENSES = {
    name: frozenset(words.split())
    for name, words in {
        "up": "rise rises rose risen rising increase increases increased increasing grow grows "
        "grew grown growing growth gain gains gained climb climbs climbed jump jumps jumped surge "
        "surged soar soared widen widened raise raises raised double doubled triple tripled "
        "higher up upward upwards",
        "down": "fall falls fell fallen falling decrease decreases decreased drop drops dropped "
        "decline declines declined shrink shrinks shrank shrunk slump slumped plunge plunged "
        "reduce reduces reduced reduction cut cuts narrow narrowed lower lowered lowers halve "
        "halved slip slipped sink sank sunk lose lost down downward downwards tumbled",
        "allow": "grant grants granted accept accepts accepted allow allows allowed permit "
        "permits permitted approve approves approved legal "
        "legalise legalised authorise authorised authorize authorized",
        "forbid": "refuse refuses refused declined reject rejects rejected ban bans banned bar "
        "bars barred block blocks blocked prohibit prohibits "
        "prohibited forbid forbids forbade forbidden outlaw outlawed illegal",
        "begin": "begin begins began begun start starts started launch launches launched open "
        "opens opened reopen reopens reopened",
        "finish": "end ends ended finish finished stop stops stopped cease ceased close closes "
        "closed shut halt halted cancel cancelled canceled",
        "for": "support supports supported supporting back backs backed endorse endorsed favour "
        "favoured favor favored welcome welcomed praise praised for",
        "against": "oppose opposes opposed opposing object objected criticise criticised criticize "
        "criticized condemn condemned reject rejected denounce denounced against",
        "win": "win wins won victory succeed succeeded",
        "lose": "lose loses lost loss defeat defeated",
        "before": "before ahead prior until",
        "after": "after following since later",
        "buy": "buy buys bought purchase purchased acquire acquires acquired import imports "
        "imported",
        "sell": "sell sells sold sale export exports exported",
        "more": "more most above over exceed exceeds exceeded exceeding larger largest bigger "
        "highest higher",
        "less": "less fewer least below under smaller smallest lowest lower",
        "join": "join joins joined hire hires hired appoint appointed",
        "leave": "leave leaves left quit resign resigns resigned fire fired dismiss dismissed",
        "early": "early earlier earliest",
        "late": "late later latest",
    }.items()
}
_OPPOSITES = {
    one: other
    for pair in (
        ("up", "down"), ("allow", "forbid"), ("begin", "finish"), ("for", "against"),
        ("win", "lose"), ("before", "after"), ("buy", "sell"), ("more", "less"),
        ("join", "leave"), ("early", "late"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip


def widened(claim: Claim, source: Source) -> Iterable[str]:
    """Yield "all", "both", "only" where the source has them not, and "some" that the claim lost."""
    own = source.claim
    for place, token in enumerate(claim.tokens):
        for name, words in _SAYS.items():
            if token.word in words and not _has_beside(own, _CLASSES[name], claim, place):
                yield token.word
    if not _RESTRICTING & claim.words:
        yield from _lost_restrictions(claim, own)


def opposed(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the words of whose opposite sense the source has one instead, where it says the rest.

    It is looked for in the stretches that have most of the claim's words.
    """
    for token in claim.tokens:
        near = _nearest_words(claim, source.claim, token)
        for sense, words in _SENSES.items():
            other = _SENSES[_OPPOSITES[sense]]
            if (
                token.word in words
                and token.word not in other
                and other & near
                and not words & near
            ):
                yield token.word


def _lost_restrictions(claim: Claim, own: Claim) -> Iterable[str]:
    for place, token in enumerate(own.tokens):
        if token.word in _RESTRICTING:
            nouns = [t for t in own.tokens[place + 1 :] if t.is_content][:RESTRICTED_WORDS]
            if len(nouns) > 1 and nouns[1].start > nouns[0].end + 1:
                nouns = nouns[:1]
            if any(noun.terms[0] in claim.terms for noun in nouns):
                yield token.word


def _has_beside(own: Claim, words: frozenset[str], claim: Claim, place: int) -> bool:
    """Return whether a source has one of these words near what the claim has after its own."""
    noun = next((t for t in claim.tokens[place + 1 :] if t.is_content), None)
    if noun is None or "and" in words:
        return bool(words & own.words)
    for at, token in enumerate(own.tokens):
        if token.word in words:
            after = [t for t in own.tokens[at + 1 :] if t.is_content][: RESTRICTED_WORDS + 1]
            before = [t for t in own.tokens[:at] if t.is_content][-RESTRICTED_WORDS:]
            if not own.has(noun) or any(t.terms == noun.terms for t in (*before, *after)):
                return True
    return False


def _nearest_words(claim: Claim, own: Claim, but: Token) -> frozenset[str]:
    """Return the words of the source's stretches that share most of the claim's other words."""
    terms = {token.terms for token in claim.content if token is not but}
    shared: dict[int, int] = {}
    for token in own.tokens:
        shared[token.stretch] = shared.get(token.stretch, 0) + (token.terms in terms)
    most = max(shared.values(), default=0)
    return frozenset(token.word for token in own.tokens if shared[token.stretch] == most)
