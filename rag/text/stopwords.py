"""English words that say nothing of what a text is about, as `tokens` spells them: "dont".

"may" is missing on purpose: it is a month.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS = _words(
    "a about above after again against all also am an and any are arent as at be because been"
    " before being below between both but by can cannot cant could couldnt did didnt do does"
    " doesnt doing dont down during each etc few for from further had hadnt has hasnt have havent"
    " having he her here hers herself him himself his i id if im in into is isnt it its itself ive"
    " just let me more most my myself no nor not of off on once only or other ought our ours"
    " ourselves out over own per same she should shouldnt so some such than that the their theirs"
    " them themselves then there these they this those through to too under until up upon us very"
    " was wasnt we were werent while will with within without wont would wouldnt yet you your"
    " yours yourself"
)
QUESTION_WORDS = _words(
    "how what whatever when where which who whom whose why many much please tell explain describe"
    " say says said"
)
