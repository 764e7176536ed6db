"""What is this file, judged by its content alone, and what of it may be kept?"""

from referrals.attachments.harmless.kinds import LARGEST, Harmless, read, size_in_words
from referrals.attachments.harmless.names import clean_name, shown_name
from referrals.attachments.harmless.refusal import Refused

__all__ = ["LARGEST", "Harmless", "Refused", "clean_name", "read", "shown_name", "size_in_words"]
