"""Shape and wording of what is typed in setting up agreements, lots, schemes and windows."""
