"""Two rankings become one."""

from rag.retrieval.fusion import LEXICAL_WEIGHT, fuse


def cosines_of(known):
    return lambda rows: [known[row] for row in rows]


def test_a_row_scores_its_cosine_and_its_share_of_the_best_lexical_score():
    lexical = [(2, 8.0), (3, 4.0)]
    fused = fuse([(1, 0.5), (2, 0.4)], lexical, cosines=cosines_of({3: 0.1}))

    assert fused == [
        (2, 0.4 + LEXICAL_WEIGHT),
        (1, 0.5),
        (3, 0.1 + LEXICAL_WEIGHT / 2),
    ]


def test_ties_keep_the_lower_row_first():
    assert [row for row, _ in fuse([(7, 0.5), (3, 0.5)], [], cosines=list)] == [3, 7]


def test_one_empty_ranking_leaves_the_other():
    assert fuse([], [(4, 2.0)], cosines=cosines_of({4: 0.2})) == [(4, 0.2 + LEXICAL_WEIGHT)]
    assert fuse([], [], cosines=list) == []
