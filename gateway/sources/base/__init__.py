"""Parts that the adapters of several kinds share."""
