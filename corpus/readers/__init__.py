"""One reader per family of formats: a function from a file's bytes and name to a draft."""
