"""How does a message leave for certain, once, without anybody waiting for the mail server?"""
