"""How the shipped embedding was made: text to numbers, words to vectors, vectors to a sentence-transformers folder.

Needs the extra ``train`` (scikit-learn, and opencc-python-reimplemented for question sets in traditional script).
Nothing here runs when reports are taken in or questions answered.
"""
