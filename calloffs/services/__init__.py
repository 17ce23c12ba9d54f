"""The verbs on call-offs, mini-competitions, awards and contracts; the only writers of their tables."""
