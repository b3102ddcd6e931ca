"""The Review page: the table of saved takes, with tracks and answer beside it."""
