"""The network: who holds the label, where people are received, by whom, and what changed."""

from structures.models.changes import Change, What
from structures.models.imports import DraftState, ImportDraft, ImportLine, LineKind, LineState
from structures.models.people import Counsellor, CounsellorQuerySet, Course, Training, TrainingSession
from structures.models.places import Location, LocationKind, LocationQuerySet
from structures.models.structures import (
    LABEL_IN_FORCE,
    Carrier,
    CarrierKind,
    LabelChange,
    LabelState,
    Structure,
    StructureClosure,
    StructureKind,
    StructureQuerySet,
)

__all__ = [
    "LABEL_IN_FORCE",
    "Carrier",
    "CarrierKind",
    "Change",
    "Counsellor",
    "CounsellorQuerySet",
    "Course",
    "DraftState",
    "ImportDraft",
    "ImportLine",
    "LabelChange",
    "LabelState",
    "LineKind",
    "LineState",
    "Location",
    "LocationKind",
    "LocationQuerySet",
    "Structure",
    "StructureClosure",
    "StructureKind",
    "StructureQuerySet",
    "Training",
    "TrainingSession",
    "What",
]
