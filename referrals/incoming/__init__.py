"""How does a reply that comes back by mail find its request, and which mails are turned away?"""
