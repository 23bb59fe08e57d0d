"""Files of the corpus folder become Articles: a parser a format, dates, identity."""
