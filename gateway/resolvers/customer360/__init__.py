"""Customer and billing account with everything that hangs on them."""
