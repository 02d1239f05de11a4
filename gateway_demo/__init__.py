"""A believable utility to try the gateway with."""
