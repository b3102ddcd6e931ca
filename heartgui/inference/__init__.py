"""From a recording to an answer: model bundles, engines, windows, the decision."""
