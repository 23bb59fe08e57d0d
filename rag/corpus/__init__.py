"""Files of the corpus folder become Articles: a reader a format, dates, identity."""
