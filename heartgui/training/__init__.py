"""Data sets, splits, architectures, training, evaluation, export. Never imported by the app."""
