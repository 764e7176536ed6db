"""What is done to the network: one module per thing that changes."""

from structures.actions.importing import ImportReport, import_rows

__all__ = ["ImportReport", "import_rows"]
