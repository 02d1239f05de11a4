"""Source adapters: one package for each technology; `kinds` lists them."""
