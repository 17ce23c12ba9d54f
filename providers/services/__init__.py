"""The verbs on submissions, applications, openings and admissions; the only writers of their tables."""
