"""The four tracks of a recording, drawn on one time axis."""
