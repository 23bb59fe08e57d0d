"""The exit codes of every command."""

EXIT_DONE = 0
EXIT_FIXABLE = 2
EXIT_NOT_IN_ARTICLES = 3
EXIT_INTERRUPTED = 130
