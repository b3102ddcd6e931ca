"""Where the installed program begins."""

import multiprocessing

from heartgui.__main__ import program

if __name__ == "__main__":
    multiprocessing.freeze_support()
    program()
