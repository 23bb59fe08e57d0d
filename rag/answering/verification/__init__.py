"""Whether quotes carry a sentence: exact guards first, then an entailment model."""
