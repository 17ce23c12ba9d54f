"""The verbs of judging; the only writers of evaluation's tables."""
