"""One folder a technology; only the composition root imports from here."""
