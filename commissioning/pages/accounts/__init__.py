"""The pages about accounts: the doors into the portal, one's own account, an organisation's people."""
