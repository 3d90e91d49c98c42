"""The questionnaire of the census as versioned data.

`published()` holds every version; `in_force` gives that of a day. From one come the JSON Schema, the data dictionary,
and `problems_of_shape`. A form asks it for topics, their fields, and whether a field is asked:

    today = in_force(date.today())
    for place in today.fields("work"):
        if place.field.is_asked({"activity": 1}, age=40):
            place.pointer, place.field.label.id, place.field.choices("id")
"""

from datetime import date

from shared.domain.questionnaire.editions import Editions, published
from shared.domain.questionnaire.model import Field, Kind, Level, Option, Place, Question, Questionnaire, Topic
from shared.domain.questionnaire.reading import read_questionnaire
from shared.domain.questionnaire.shape import MOST_PROBLEMS, ShapeProblem, problems_by, problems_of_shape

__all__ = [
    "MOST_PROBLEMS",
    "Editions",
    "Field",
    "Kind",
    "Level",
    "Option",
    "Place",
    "Question",
    "Questionnaire",
    "ShapeProblem",
    "Topic",
    "in_force",
    "problems_by",
    "problems_of_shape",
    "published",
    "read_questionnaire",
]


def in_force(received_on: date) -> Questionnaire:
    """The version that forms are made by on a day."""
    return published().in_force(received_on)
