"""The verbs of records: messages (`outbox`), letters (`letters`)."""
