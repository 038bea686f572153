"""YAML with line numbers: data for validation, and the line of every key in it.

Duplicate keys are refused: YAML would silently keep the last one.
"""

from __future__ import annotations

import yaml

from .base import ScenarioError


class Located:
    """Parsed YAML; `line(loc)` finds the line of a path such as ("boxes", 0, "meter")."""

    def __init__(self, data, node):
        self.data = data
        self._node = node

    def line(self, loc) -> int:
        """1-based line of the deepest part of `loc` that the text contains.

        Parts that are no key or index there (tags that pydantic adds) are passed over.
        """
        node, line = self._node, 1
        for part in loc:
            found = _child(node, part)
            if found is not None:
                line, node = found
        return line

    def path(self, loc) -> str:
        """The path as the writer of the file knows it: `boxes[0].meter`."""
        node, text = self._node, ""
        for i, part in enumerate(loc):
            found = _child(node, part)
            if found is None and i < len(loc) - 1:
                continue
            text += f"[{part}]" if isinstance(part, int) else f".{part}"
            node = found[1] if found else None
        return text.lstrip(".")


def _child(node, part):
    """(line, node) of a key's value or a list's item, None where there is none."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    return None


def parse(text: str, name: str) -> Located:
    """Parse one YAML document; ScenarioError names file and line of what is not YAML."""
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        _refuse_duplicates(node, name)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as err:
        line = err.problem_mark.line + 1 if err.problem_mark else 1
        raise ScenarioError(f"{name}:{line}: not YAML: {err.problem}") from None
    except yaml.YAMLError as err:
        raise ScenarioError(f"{name}:1: not YAML: {err}") from None
    finally:
        loader.dispose()
    return Located(data, node)


def _refuse_duplicates(node, name) -> None:
    if isinstance(node, yaml.MappingNode):
        seen = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise ScenarioError(f"{name}:{line}: {key.value}: given twice, first in line "
                                    f"{seen[key.value]}")
            seen[key.value] = line
            _refuse_duplicates(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(item, name)
