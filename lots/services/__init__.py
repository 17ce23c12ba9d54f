"""The verbs on agreements, lots, schemes and windows; the only writers of this app's tables."""
