"""Inside the library: SQLite tables, word and vector indexes, fusion, locks."""
