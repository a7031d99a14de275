"""Tables, read from text, from Anki's text export or from a workbook, and made into a draft of a deck."""
