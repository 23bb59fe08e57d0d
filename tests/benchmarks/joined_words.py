"""Which words the rules for British spellings make one term that the stemmer alone keeps apart.

python tests/benchmarks/joined_words.py FILE…

Prints each new term with the words of the files that it stands for, then the words that the rules
part though the stemmer joins them; whether a join is right is for a person to see.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

import Stemmer

sys.path.insert(0, str(Path(__file__).parents[2]))

from rag.text.word_forms import american_stem


def main() -> None:
    stem = Stemmer.Stemmer("english").stemWord
    texts = (Path(name).read_text(encoding="utf-8", errors="ignore") for name in sys.argv[1:])
    words = {word for text in texts for word in re.findall("[a-z]+", text.lower())}
    joined: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    parted: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for word in sorted(words):
        before, after = stem(word), american_stem(word, stem)
        joined[after][before].append(word)
        parted[before][after].append(word)
    for name, groups in (("joined", joined), ("parted", parted)):
        several = {term: group for term, group in groups.items() if len(group) > 1}
        print(f"{name}: {len(several)} of {len(words):,} words")
        for term, group in sorted(several.items()):
            print(f"  {term}: " + " | ".join(" ".join(each) for each in group.values()))


if __name__ == "__main__":
    main()
