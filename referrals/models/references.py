"""How does a request get its public name, and how is it found by the end of it?"""

import re
import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Func
from django.utils import timezone


class EndOfReference(Func):
    """The characters of a reference drawn at random, as people read them aloud; its SQL is that of the index."""

    LENGTH = 6
    template = f"RIGHT(%(expressions)s, {LENGTH})"
    arity = 1
    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"SUBSTR(%(expressions)s, -{self.LENGTH})", **extra)


OTHER_REQUEST = "[autre demande]"

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference(departement: str, received_at: datetime) -> str:
    """A public reference that carries its month: `FS76-2611-7KQ2MX`. Random, so that it tells nothing else."""
    month = timezone.localtime(received_at).strftime("%y%m")
    return f"FS{departement}-{month}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"


def without_other_references(text: str, reference: str) -> str:
    """The same text, naming no request but this one."""
    every = rf"\bFS[0-9AB]{{2,3}}-\d{{4}}-[{_ALPHABET}]{{6}}\b"
    return re.sub(every, lambda found: found[0] if found[0].upper() == reference else OTHER_REQUEST, text, flags=re.I)
