"""Study pages that are read: their text, its layout, and what scanning and copying did to its words."""
