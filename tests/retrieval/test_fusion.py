"""Two rankings become one."""

from rag.retrieval.fusion import LEXICAL_WEIGHT, fuse


def test_a_row_scores_its_cosine_and_its_share_of_the_best_lexical_score():
    fused = fuse([(1, 0.5), (2, 0.4)], [(2, 8.0), (3, 4.0)], cosine={3: 0.1}.__getitem__)

    assert fused == [
        (2, 0.4 + LEXICAL_WEIGHT),
        (1, 0.5),
        (3, 0.1 + LEXICAL_WEIGHT / 2),
    ]


def test_ties_keep_the_lower_row_first():
    assert [row for row, _ in fuse([(7, 0.5), (3, 0.5)], [], cosine=float)] == [3, 7]


def test_one_empty_ranking_leaves_the_other():
    assert fuse([], [(4, 2.0)], cosine=lambda _: 0.2) == [(4, 0.2 + LEXICAL_WEIGHT)]
    assert fuse([], [], cosine=float) == []
