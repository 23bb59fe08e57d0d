"""What every number of a run means: its formula, its source, and which way is better.

The names are those of the field (ir_measures, trec_eval). A measure by gold quote has the
formula of the one by article and the prefix `quote.`. In the formulas: `rel` is 1 for what is
relevant and 0 for the rest, log2 the logarithm to base 2, and every value is that of one
question; a run shows the mean over the questions that have it, unless `is_of_set`.
"""

from __future__ import annotations

import dataclasses

from rag.evaluation.records import Measure

QUOTE = "quote."
"""Prefix of the measures that judge passages by the gold quotes they hold."""

MAIN_MEASURES = (
    *("nDCG@10", "RR@10", "Success@1", "sentence_success@1", "sentence_success@3"),
    *("contains_answer", "outcome_right", "false_refusals", "abstain_f1"),
)
"""The few that are also given by tag: one a stage, and those that a person feels."""

_RANKED = "Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), 8.4"
_SQUAD = "Rajpurkar et al., SQuAD (EMNLP 2016), section 6.1, with its evaluation script"
_CITING = "Gao et al., Enabling LLMs to Generate Text with Citations (EMNLP 2023)"
_REJECTING = "Rajpurkar, Jia and Liang, Unanswerable Questions for SQuAD (ACL 2018)"

_DEFERRING = "Chow, On optimum recognition error and reject tradeoff (IEEE IT 1970)"

_OF_PASSAGES = "Ranked are the 20 best passages; by article, those that they come from, each once."

_ARTICLES = (
    Measure(
        "nDCG@10",
        "retrieval",
        "How high the relevant articles stand among the first 10, best order = 1. " + _OF_PASSAGES,
        "DCG@10 / the DCG@10 of the best order; DCG@10 = sum over ranks 1 to 10 of gain / "
        "log2(rank + 1); the gain is 1, by quote the number of gold quotes that a passage holds",
        "Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques "
        "(ACM TOIS 2002), with the gains of trec_eval's ndcg_cut",
    ),
    Measure(
        "RR@10",
        "retrieval",
        "How early the first relevant article comes: 1 for rank 1, 1/2 for rank 2.",
        "1 / rank of the first relevant one of the first 10, else 0",
        "Voorhees, The TREC-8 Question Answering Track Report (1999)",
    ),
    Measure(
        "AP",
        "retrieval",
        "How complete and how early the relevant articles come, down to the run's depth.",
        "sum over ranks of rel * (relevant ones up to this rank / rank), divided by the number "
        "of relevant ones",
        _RANKED,
    ),
    *(
        Measure(
            f"R@{depth}",
            "retrieval",
            f"Share of the relevant articles that are among the first {depth}. {_OF_PASSAGES}",
            f"relevant ones among the first {depth} / all relevant ones",
            _RANKED,
        )
        for depth in (5, 10, 20)
    ),
    *(
        Measure(
            f"Success@{depth}",
            "retrieval",
            "Whether the first article is relevant."
            if depth == 1
            else f"Whether a relevant article is among the first {depth}.",
            f"1 if any of the first {depth} is relevant, else 0",
            "trec_eval's success; Hit@k of Karpukhin et al., Dense Passage Retrieval (EMNLP 2020)",
        )
        for depth in (1, 5, 10)
    ),
)

_QUOTES = tuple(
    dataclasses.replace(
        measure,
        name=QUOTE + measure.name,
        meaning=measure.meaning.removesuffix(_OF_PASSAGES)
        .strip()
        .replace("articles", "passages")
        .replace("article", "passage")
        + " A passage is relevant that holds a gold quote, or half of it.",
    )
    for measure in _ARTICLES
)

_ANSWERS = (
    Measure(
        "contains_answer",
        "answer",
        "Whether the answer holds an accepted answer word for word. Only where one is short: "
        "no answer holds a written paragraph.",
        "1 if the words of an accepted answer of up to 60 characters stand in the answer in "
        "order, both normalised as for exact_match, else 0",
        "has_answer of Karpukhin et al., Dense Passage Retrieval (EMNLP 2020)",
    ),
    Measure(
        "exact_match",
        "answer",
        "Whether the answer is an accepted answer and nothing else. An answer made of whole "
        "sentences can hardly equal a short accepted answer, so 0 is usual and no defect.",
        "1 if answer and an accepted answer are equal, both in lower case, without punctuation, "
        "without a, an and the, and with single spaces, else 0",
        _SQUAD,
    ),
    Measure(
        "token_f1",
        "answer",
        "How far the words of the answer and of the closest accepted answer agree.",
        "2 * P * R / (P + R) with P = common words / words of the answer, R = common words / "
        "words of the accepted answer; the highest over the accepted answers",
        _SQUAD,
    ),
    Measure(
        "items_shown",
        "answer",
        "Share of what must all be shown (the items of a list, both sides of a comparison) that "
        "the answer shows.",
        "strings of all_of whose words stand in the answer in order, normalised as for "
        "exact_match / strings of all_of; 0 for a refusal",
        "Instance recall of list questions: Voorhees, Overview of the TREC 2003 Question Answering "
        "Track (2003)",
    ),
    *(
        Measure(
            f"sentence_success@{depth}",
            "answer",
            "Whether the first sentence shown answers."
            if depth == 1
            else f"Whether one of the first {depth} sentences shown answers.",
            f"1 if one of the first {depth} sentences is answering, else 0 (0 for a refusal); a "
            "sentence is answering if a quote of it has half of the shorter span in common with "
            "a gold quote's place, or comes from an expected article where no place is known, "
            "and its quotes hold an accepted short answer where one is known",
            "Footnote; Success@k of trec_eval over sentences",
        )
        for depth in (1, 3)
    ),
)

_CITATIONS = (
    Measure(
        "citation_precision",
        "citation",
        "Share of the quotes cited that lie where a gold quote does. Gold quotes are seldom all "
        "that could be cited, so this is a lower bound.",
        "cited quotes that have half of the shorter span in common with a gold place / cited "
        "quotes; only where something is cited and a place is known",
        f"{_CITING}, with places instead of entailment",
    ),
    Measure(
        "citation_recall",
        "citation",
        "Share of the gold quotes that the answer cites; 0 for a refusal.",
        "gold quotes with a place that a cited quote shares as above / gold quotes with a place",
        f"{_CITING}, with places instead of entailment",
    ),
    Measure(
        "quote_exactness",
        "citation",
        "Share of the quotes shown that are exactly what the article says there. Anything below "
        "1 is a defect.",
        "shown quotes, the closest ones of a refusal among them, whose text is the article's text "
        "from start to end in the version that they name / shown quotes",
        "Footnote, rule 1 of its contract",
    ),
    Measure(
        "attributed_share",
        "citation",
        "Share of the sentences shown that state as a fact what the articles give as somebody's "
        "words. They are marked so; a good answer says itself who said it.",
        "sentences with the verdict attributed / sentences shown; only where one is shown",
        "Footnote, rule 2 of its contract",
        higher_is_better=False,
    ),
)

_OUTCOMES = (
    Measure(
        "outcome_right",
        "outcome",
        "Whether the outcome is the expected one; where only that is known, whether it answered "
        "what the articles answer and refused the rest. Unsure is neither and left out there.",
        "1 if outcome = expected outcome, or (outcome is not not_in_articles) = answerable, else 0",
        _REJECTING,
    ),
    Measure(
        "unsure",
        "outcome",
        "Share of the questions whose answer is unsure: it shows what is closest and says that "
        "it may not answer. Counted neither as answered nor as refused.",
        "1 if the outcome is unsure, else 0; over the questions to the articles",
        f"Footnote; the deferral of {_DEFERRING}",
        higher_is_better=False,
    ),
    Measure(
        "unsure_right",
        "outcome",
        "Share of the unsure answers to answerable questions whose excerpts hold the answer.",
        "1 if one of the sentences shown is answering (see sentence_success@1), else 0; over the "
        "unsure answers to questions that the articles answer",
        "Footnote; sentence_success over the deferred questions",
    ),
    Measure(
        "false_refusals",
        "outcome",
        "Share of the answerable questions that were refused.",
        "1 if an answerable question was refused, else 0; over the answerable questions",
        _REJECTING,
        higher_is_better=False,
    ),
    Measure(
        "answered_when_retrieved",
        "outcome",
        "Share of the answerable questions that were answered, at least in part, where retrieval "
        "had found the evidence: what refusing and doubt lose by themselves.",
        "1 if answered, partial or conflicting, else 0; over the answerable questions of which a "
        "hit that the answer was made from holds a gold quote or half of it, or is of an expected "
        "article where no gold quote has a place",
        f"Footnote; the coverage of {_REJECTING}, given the evidence",
    ),
    Measure(
        "abstain_precision",
        "outcome",
        "Share of the refusals that were right.",
        "refused and unanswerable / refused",
        _REJECTING,
        is_of_set=True,
    ),
    Measure(
        "abstain_recall",
        "outcome",
        "Share of the unanswerable questions that were refused.",
        "refused and unanswerable / unanswerable",
        _REJECTING,
        is_of_set=True,
    ),
    Measure(
        "abstain_f1",
        "outcome",
        "How well it refuses: precision and recall of refusing in one number.",
        "2 * refused and unanswerable / (refused + unanswerable)",
        _REJECTING,
        is_of_set=True,
    ),
    Measure(
        "answerable_auroc",
        "outcome",
        "How well the confidence parts answerable questions from the others: 0.5 is chance.",
        "share of the pairs of an answerable and an unanswerable question in which the "
        "answerable one has the higher confidence; equal confidence counts half",
        "Hanley and McNeil, The meaning and use of the area under a ROC curve (Radiology 1982)",
        is_of_set=True,
    ),
    Measure(
        "aurc",
        "outcome",
        "How often it would be wrong, were it to answer only the questions it is surest of: the "
        "mean over every such share.",
        "mean over k = 1 to n of the share of wrong answers among the k of highest confidence; "
        "at equal confidence the mean over all orders; an answer to what the articles do not "
        "answer is wrong, and a refused one is judged by what it shows as closest",
        "Geifman and El-Yaniv, Selective Classification for Deep Neural Networks (NIPS 2017); "
        "named in Geifman, Uziel and El-Yaniv, Bias-Reduced Uncertainty Estimation (ICLR 2019)",
        higher_is_better=False,
        is_of_set=True,
    ),
    Measure(
        "calibration_error",
        "outcome",
        "How far the confidence is from the share of questions that the articles answer.",
        "sum over 10 bins of confidence, [0, 0.1) to [0.9, 1], of questions in the bin / all * "
        "|share answerable - mean confidence|",
        "Guo et al., On Calibration of Modern Neural Networks (ICML 2017), section 2",
        higher_is_better=False,
        is_of_set=True,
    ),
)

MEASURES: dict[str, Measure] = {
    measure.name: measure for measure in (*_ARTICLES, *_QUOTES, *_ANSWERS, *_CITATIONS, *_OUTCOMES)
}
"""Every measure by name, in the order in which tables show them."""
