"""The pages of agreements, lots, schemes and windows: one class a page."""
