"""The takes that were kept: WAV files, their answers beside them, and a table over them."""
