"""What belongs to a billing account itself."""
