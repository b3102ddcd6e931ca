"""Signal features by the paper's formulas: batch functions, and streams that equal them."""
