"""Search as people would put it together from well-known parts, measured beside the program's own: ``python -m evals.baselines``.

Each module has ways to search as context managers: ``way(files, home)`` takes the files in, and gives the function that
finds passages for a question, open until the end of the ``with``. They import their libraries at the top, and are imported
only when they are measured.
"""
