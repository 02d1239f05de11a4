"""The catalog: which systems there are, and how their rows become records. Read and checked at start."""
