"""From keys to records: batching, deduplication and merging."""
