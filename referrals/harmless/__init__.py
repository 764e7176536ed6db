"""What is this file, judged by its content alone, and what of it may be kept?"""

from referrals.harmless.kinds import LARGEST, Harmless, read, size_in_words
from referrals.harmless.names import clean_name, shown_name
from referrals.harmless.refusal import Refused

__all__ = ["LARGEST", "Harmless", "Refused", "clean_name", "read", "shown_name", "size_in_words"]
