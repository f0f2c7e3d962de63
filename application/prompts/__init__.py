"""From domain objects to prompts: pure functions, and the templates they fill."""
