"""What every part of the configuration is made of."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from sentinel.phrases.phrases import languages


class Settings(BaseModel):
    """Base of every part of the configuration: frozen, strict about unknown keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True, allow_inf_nan=False
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_numbers(cls, value: object, at: ValidationInfo) -> object:
        """`repeat: true` is a slip, not a 1."""
        if isinstance(value, bool) and cls.model_fields[at.field_name or ""].annotation in (int, float):
            raise PydanticCustomError("no_number", "expected a number")
        return value


class Language(StrEnum):
    """Languages in which Sentinel speaks to people: those that there are phrases in."""

    _ignore_ = "each"
    for each in languages():
        vars()[each.upper()] = each
