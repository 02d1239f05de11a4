"""What a request may take: the size of its document, its cost in points, and how what is above a limit is refused."""
