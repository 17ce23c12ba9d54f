"""The pages of applying, of opening and of the pool."""
