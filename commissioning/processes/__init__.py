"""How web, worker and beat are started, watched and ended."""
