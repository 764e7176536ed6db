"""The pages about requests: the desk, the list, one request, the hand-over, and the contact's answer."""
