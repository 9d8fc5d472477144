"""The tools that a planner can call. A tool is an action file; its signature and docstring are its schema.

Only three things leave `Toolbox.call`: an Observation, a ToolError for the planner to read, or the end of
the run (BudgetExceededError, cancellation). Whatever else goes wrong in an action becomes a ToolError.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from playhead.tools import registry
from playhead.tools.context import Observation, ToolContext
from playhead.tools.errors import BudgetExceededError, PlayheadError, ToolError

Action = Callable[..., Awaitable[Observation]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tool:
    """One action with the model of its arguments."""

    name: str
    description: str
    run: Action
    arguments: type[BaseModel]
    cost: int = 1
    """What one call takes, `COST` of its file: 0 the memory, 1 the file, 2 a model call, 3 many of them."""
    needs: str = ""
    """What it is no use without, `NEEDS` of its file: `pictures`, or `eyes`, a model that looks at them."""

    def schema(self) -> dict[str, Any]:
        """Name, description and the JSON schema of the arguments, as chat servers take it."""
        parameters = self.arguments.model_json_schema(schema_generator=_Untitled)
        parameters.pop("title", None)
        return {"name": self.name, "description": self.description, "parameters": parameters}


class Toolbox:
    """Actions by name; all of `tools/actions/` unless `names` chooses (dotted paths load outside actions)."""

    def __init__(self, names: Sequence[str] | None = None) -> None:
        """Raises UnknownPluginError for a name that no action carries."""
        chosen = registry.names("actions") if names is None else names
        tools = sorted((_load(name) for name in chosen), key=lambda tool: (tool.cost, tool.name))
        self._tools = {tool.name: tool for tool in tools}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._tools)

    def schemas(self, missing: Collection[str] = ()) -> list[dict[str, Any]]:
        """`{name, description, parameters}` each, the cheapest first; none that needs what is `missing`."""
        return [tool.schema() for tool in self._tools.values() if tool.needs not in missing]

    def validate(self, name: str, arguments: object) -> dict[str, Any]:
        """The arguments as the action takes them; ToolError names the argument and what is allowed."""
        tool = self._tool(name)
        if not isinstance(arguments, Mapping):
            raise ToolError(f"{name}: arguments must be an object, got {type(arguments).__name__}")
        given = {key: value for key, value in arguments.items() if not _left_out(tool, key, value)}
        try:
            model = tool.arguments.model_validate(given)
        except ValidationError as error:
            raise ToolError(f"{name}: {'; '.join(_complaints(tool, error))}") from error
        return {key: getattr(model, key) for key in model.model_fields_set}

    async def call(self, name: str, arguments: object, context: ToolContext) -> Observation:
        """Run one action. Raises ToolError, BudgetExceededError or CancelledError, nothing else."""
        values = self.validate(name, arguments)
        try:
            return await self._tool(name).run(context, **values)
        except (ToolError, BudgetExceededError):
            raise
        except PlayheadError as error:
            raise ToolError(f"{name}: {error}") from error
        except Exception as error:
            log.warning("%s failed", name, exc_info=log.isEnabledFor(logging.DEBUG))
            cause = " ".join(str(error).split())[:200]
            raise ToolError(f"{name} failed: {type(error).__name__}: {cause}") from error

    def _tool(self, name: str) -> Tool:
        if not isinstance(name, str) or name not in self._tools:
            raise ToolError(f"no tool {str(name)[:80]!r}; choose one of: {', '.join(self._tools)}")
        return self._tools[name]


class _Untitled(GenerateJsonSchema):
    """JSON schema without the generated titles, which cost tokens and say nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        """An argument that may be left out needs no null branch: leaving it out is how to say so."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if described.get("default", "") is None:
            del described["default"]
        return described


def _load(name: str) -> Tool:
    short = name.rpartition(".")[2]
    module = registry.module("actions", name)
    action = cast(Action, getattr(module, short))
    description = inspect.getdoc(action) or short
    cost, needs = getattr(module, "COST", 1), getattr(module, "NEEDS", "")
    return Tool(short, description, action, _arguments(short, action), cost, needs)


def _arguments(name: str, action: Action) -> type[BaseModel]:
    """A model of every parameter but the first, which is the context."""
    hints = get_type_hints(action, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(action).parameters.values())[1:]:
        hint = hints[parameter.name]
        words = [item for item in getattr(hint, "__metadata__", ()) if isinstance(item, str)]
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (hint, Field(default, description=" ".join(words)))
    return create_model(f"{name}_arguments", __config__=ConfigDict(extra="forbid"), **fields)


def _left_out(tool: Tool, key: object, value: object) -> bool:
    """Null for an argument with a default is how many models leave it out."""
    field = tool.arguments.model_fields.get(str(key))
    return value is None and field is not None and not field.is_required()


def _complaints(tool: Tool, error: ValidationError) -> Iterator[str]:
    properties = tool.schema()["parameters"].get("properties", {})
    for name, message in _first_of_each(error).items():
        if name not in properties:
            yield f"there is no argument {name!r}; allowed: {', '.join(properties) or 'none'}"
            continue
        described = properties[name].get("description", "")
        yield f"argument {name!r}: {message}" + (f" ({described})" if described else "")


def _first_of_each(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(item["loc"][0])[:80] if item["loc"] else "arguments"
        message = item["msg"].removeprefix("Value error, ")
        found.setdefault(name, message[0].lower() + message[1:])
    return found
