"""Where the installed program begins."""

import multiprocessing
import sys

from heartgui.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
