"""Deckwright: study notes written in YAML become an Anki package."""

__version__ = "0.1.0"
