"""Why is a file not kept?"""


class Refused(ValueError):
    """A file is not kept; the text is a sentence in French for whoever sent it."""
