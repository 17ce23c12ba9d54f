"""The pages of calling off."""
