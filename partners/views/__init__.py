"""The partners' screens, one module per screen."""
