"""The page on which an author looks at the cards and works on them: all of it but the server itself."""
