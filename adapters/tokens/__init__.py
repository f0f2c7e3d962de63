"""OpenAI's vocabularies, inside the installation: nothing is downloaded."""
