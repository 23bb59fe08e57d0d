"""Words of which a claim has the opposite of what its source has: "rose" for "fell".

Closed lists of English words, in senses that are opposed two and two. A reader of passages that was
trained on few of them takes such a claim for the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.answering.verification.claims import Claim, Token
from rag.answering.verification.evidence import Source

_PAIRS = (
    ("rise rises rose risen rising increase increases increased increasing grow grows grew grown "
     "growing growth gain gains gained climb climbs climbed jump jumps jumped surge surged soar "
     "soared widen widened raise raises raised double doubled triple tripled higher up upward",
     "fall falls fell fallen falling decrease decreases decreased drop drops dropped decline "
     "declines declined shrink shrinks shrank shrunk slump slumped plunge plunged reduce reduces "
     "reduced reduction cut cuts narrow narrowed lower lowered lowers halve halved slip slipped "
     "sink sank sunk lose lost down downward tumbled"),
    ("grant grants granted accept accepts accepted allow allows allowed permit permits permitted "
     "approve approves approved legal legalise legalised authorise authorised authorized",
     "refuse refuses refused declined reject rejects rejected ban bans banned bar bars barred "
     "block blocks blocked prohibit prohibits prohibited forbid forbade forbidden outlaw outlawed "
     "illegal"),
    ("begin begins began begun start starts started launch launches launched open opens opened "
     "reopen reopens reopened",
     "end ends ended finish finished stop stops stopped cease ceased close closes closed shut halt "
     "halted cancel cancelled canceled"),
    ("support supports supported supporting back backs backed endorse endorsed favour favoured "
     "favor favored welcome welcomed praise praised for",
     "oppose opposes opposed opposing object objected criticise criticised criticize criticized "
     "condemn condemned reject rejected denounce denounced against"),
    ("win wins won victory succeed succeeded", "lose loses lost loss defeat defeated"),
    ("before ahead prior until", "after following since later"),
    ("buy buys bought purchase purchased acquire acquires acquired import imports imported",
     "sell sells sold sale export exports exported"),
    ("more most above over exceed exceeds exceeded exceeding larger largest bigger highest higher",
     "less fewer least below under smaller smallest lowest lower"),
    ("join joins joined hire hires hired appoint appointed",
     "leave leaves left quit resign resigns resigned fire fired dismiss dismissed"),
    ("early earlier earliest", "late later latest"),
    ("old older oldest", "new newer newest young younger youngest"),
    ("long longer longest", "short shorter shortest"),
    ("positive good better best", "negative bad worse worst"),
    ("north northern", "south southern"), ("east eastern", "west western"),
    ("inside", "outside"), ("first", "last second"), ("always", "never sometimes"),
)  # fmt: skip
_OPPOSED = [
    (frozenset(one.split()), frozenset(other.split()))
    for pair in _PAIRS
    for one, other in (pair, pair[::-1])
]


def opposed(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the words of whose opposite sense the source has one instead, where it says the rest.

    It is looked for in the stretches that have most of the claim's words.
    """
    for token in claim.tokens:
        for words, others in _OPPOSED:
            if token.word in words - others:
                near = _nearest_words(claim, source.claim, token)
                if others & near and not words & near:
                    yield token.word


def _nearest_words(claim: Claim, own: Claim, but: Token) -> frozenset[str]:
    """Return the words of the source's stretches that share most of the claim's other words."""
    terms = {token.terms for token in claim.content if token is not but}
    shared: dict[int, int] = {}
    for token in own.tokens:
        shared[token.stretch] = shared.get(token.stretch, 0) + (token.terms in terms)
    most = max(shared.values(), default=0)
    return frozenset(token.word for token in own.tokens if shared[token.stretch] == most)
