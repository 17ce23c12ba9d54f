"""What call-offs, mini-competitions, bids, awards and contracts ask people to type."""
