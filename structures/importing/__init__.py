"""The national list beside what is stored: what differs, what is proposed, and how it is said."""
