"""Arguments of a command, checked against its function's types."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from core.errors import SettingsError


class Arguments:
    """The keyword-only parameters of ``function`` as a schema for JSON values.

    Args:
        command: id, for messages.
        function: typed; its keyword-only parameters are the arguments. An underscore at the end keeps a
            name apart from a word of the language, and is not part of the argument's name.
    """

    def __init__(self, command: str, function: Callable[..., Any]) -> None:
        self._command = command
        hints = get_type_hints(function, include_extras=True)
        self.parameters = tuple(
            parameter
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        )
        fields = [
            (parameter.name, hints[parameter.name])
            if parameter.default is inspect.Parameter.empty
            else (parameter.name, hints[parameter.name], parameter.default)
            for parameter in self.parameters
        ]
        self._hints = {parameter.name: hints[parameter.name] for parameter in self.parameters}
        self._struct = msgspec.defstruct(
            "Arguments", fields, kw_only=True, forbid_unknown_fields=True, rename=_strip
        )

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the arguments without a default."""
        return tuple(
            _strip(parameter.name)
            for parameter in self.parameters
            if parameter.default is inspect.Parameter.empty
        )

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All arguments, with defaults filled in.

        Raises:
            SettingsError: one is missing, unknown or of another type; the message says which and lists what
                is expected.
        """
        try:
            checked = msgspec.convert(dict(values), self._struct)
        except msgspec.ValidationError as error:
            raise SettingsError(f"{self._command}: {error}; expected {self}") from error
        return msgspec.structs.asdict(checked)

    def __str__(self) -> str:
        described = (
            f"{_strip(parameter.name)}: {_describe(self._hints[parameter.name])}"
            + (
                ""
                if parameter.default in (inspect.Parameter.empty, None)
                else f" = {_to_json(parameter.default)}"
            )
            for parameter in self.parameters
        )
        return "{" + ", ".join(described) + "}" if self.parameters else "no arguments"


def read_number(text: str) -> float:
    """A number that a person typed.

    Raises:
        SettingsError: it is none.
    """
    try:
        return float(text)
    except ValueError:
        raise SettingsError(f"{text!r} is no number") from None


def _describe(hint: Any) -> str:
    """A type in the words of a script's author: values for a choice, ``or`` between alternatives."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint is type(None):
        return "null"
    if origin is Literal:
        return " or ".join(map(_to_json, parts))
    if origin in (Union, UnionType):
        return " or ".join(_describe(part) for part in parts)
    if origin is tuple and parts[-1] is Ellipsis:
        return f"[{_describe(parts[0])}, ...]"
    if origin is tuple:
        return "[" + ", ".join(_describe(part) for part in parts) + "]"
    if origin is Annotated:
        return _describe(parts[0])
    return str(getattr(hint, "__name__", hint))


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _strip(name: str) -> str:
    return name.rstrip("_")
