"""Words whose full stop may not end a sentence, and what the next word tells about it.

English news and law. A word that is missing costs one cut in the wrong place, so the lists hold
what newspapers abbreviate and nothing that is also a common last word ("art", "fig" in lower case).
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name follows: "Mr. Pottinger", "Sen. Schumer", "St. Louis", "Smith v. Jones".
BEFORE_A_NAME = _words(
    "Mr Mrs Ms Mx Messrs Dr Drs Prof Gen Brig Lt Col Maj Capt Cmdr Cdr Adm Sgt Cpl Pvt Sen Sens Rep"
    " Reps Gov Govs Pres Amb Supt Insp Det Atty Hon Rev Fr Msgr Mt Ft St Ste vs v cf ca approx"
    " viz incl resp e.g i.e c Mme Mmes Mlle Mlles Sra Srta"
    # Forenames as registers shorten them: "Wm. Tell", "Geo. Hart".
    " Wm Geo Chas Thos Jas Jos Benj Robt Edw Fredk Saml Danl Jno Richd Eliz Margt"
)
# A number follows: "No. 5", "Sec. 1260H", "Dec. 12", "pp. 3-4".
BEFORE_A_NUMBER = _words(
    "No Nos no nos N° Sec Secs sec Sect Art Arts art Para Paras para Fig Figs fig Eq Vol vol Ch ch"
    " Pt p pp Ex Div Reg Stat Res Tel tel ext Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon"
    " Tue Tues Wed Thu Thur Thurs Fri Sat Sun est Est b d r fl"
)
# The sentence goes on unless the next word is one that opens sentences: "Inc.", "U.S.", "Calif.".
MID_SENTENCE = _words(
    "Inc Corp Co Cos Ltd LLC LLP Bros Plc plc Pty Jr Sr Esq PhD Ave Blvd Rd Hwy Bldg Dept Div Univ"
    " Assn Assoc Intl Natl Bur Gov't Govt Mfg Dist Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind"
    " Kan Ky La Md Mass Mich Minn Miss Mont Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo al Fed"
    " App Cir Ct Op Pub Supp Cong Ed Eds ed eds Rev Comm"
)
# Clock times, which weekdays, months and time zones follow.
CLOCK = _words("a.m p.m A.M P.M am pm")
AFTER_CLOCK = _words(
    "ET EST EDT CT CST CDT MT MST MDT PT PST PDT GMT UTC BST CET CEST JST HKT Eastern Central"
    " Mountain Pacific Beijing London Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    " January February March April May June July August September October November December Jan Feb"
    " Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat Sun"
)
# Words that open a sentence far more often than they follow an abbreviation in one.
OPENERS = _words(
    "A About Above According Across Additionally After Again Against Ahead All Already Also"
    " Although Always Am Among An And Another Any Anyone Are Around As Asked At Back Because Before"
    " Behind Being Below Besides Between Beyond Both But By Can Could Critics Despite Did Do Does"
    " During Each Earlier Either Even Ever Every Everyone Experts Few Finally First For From"
    " Further Furthermore Given Had Has Have Having He Her Here Hers His How However I If"
    " Immediately In Indeed Instead Into Is It Its Just Last Later Lately Let Like Likewise"
    " Many Meanwhile Might More Moreover Most Much My Near Nearly Neither Never Nevertheless Next"
    " Nobody None Nonetheless Nor Not Nothing Now Nowadays Of Officials Often On Once One Only Or"
    " Other Others Our Over Overall Perhaps Previously Rather Recently Separately Several She"
    " Should Similarly Since So Some Someone Sometimes Soon Sources Still Such Suppose Than Thanks"
    " That The Their Them Then There Therefore These They Things This Those Though"
    " Through Throughout Thus To Today Together Tomorrow Too Toward Towards Two Under"
    " Unfortunately Unless Unlike Until Up Upon Us Was We Were What Whatever When Whenever"
    " Where Whereas Whether Which While Who Whoever Whose Why Will With Within Without Would Yes"
    " Yesterday Yet You Your"
)
# Who speaks after a quotation that ends in a question or exclamation mark: "Why?" Lee asked.
REPORTING = (
    "added|announced|answered|argued|asked|barked|called|cried|declared|demanded|exclaimed|inquired"
    "|joked|muttered|pleaded|quipped|recalled|remarked|replied|responded|said|says|screamed|shouted"
    "|told|tweeted|warned|whispered|wondered|wrote|yelled"
)
