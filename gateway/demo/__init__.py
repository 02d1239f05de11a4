"""A believable utility to try the gateway with: its data, and the systems that serve them."""
