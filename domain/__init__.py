"""The words and rules of the business. Imports the standard library only."""
