"""What the gateway itself keeps: API keys of callers and the audit, in SQLite or PostgreSQL."""
