"""One idea per file, short functions: the bounds, and a table of where the code stands."""

import ast
from statistics import median, quantiles

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_MEDIAN_LINES = 8
MAX_P95_LINES = 35
PRODUCT = ("firmware", "host_tools", "sim", "scripts")


def functions(source) -> list[tuple[int, str]]:
    """Lines of each function from `def` to its end, with where it stands."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    found = [node for node in ast.walk(source.tree) if isinstance(node, kinds)]
    return [
        (node.end_lineno - node.lineno + 1, f"{source.line_of(node)} {node.name}")
        for node in found
    ]


def test_no_file_is_long(sources):
    lengths = [(source.text.count("\n"), str(source.path)) for source in sources]
    long = [entry for entry in lengths if entry[0] > MAX_FILE_LINES]
    assert not long, sorted(long, reverse=True)


def test_no_function_is_long(sources):
    lengths = [entry for source in sources for entry in functions(source)]
    long = [entry for entry in lengths if entry[0] > MAX_FUNCTION_LINES]
    assert not long, sorted(long, reverse=True)


def test_functions_are_short_as_a_rule(sources, record_property):
    product = [source for source in sources if source.path.parts[0] in PRODUCT]
    lengths = [lines for source in product for lines, _ in functions(source)]
    middle, p95 = median(lengths), quantiles(lengths, n=20)[-1]
    record_property("function_lines_median", middle)
    record_property("function_lines_p95", p95)
    print(f"{len(lengths)} functions: median {middle:.0f} lines, p95 {p95:.0f} lines")
    assert middle <= MAX_MEDIAN_LINES
    assert p95 <= MAX_P95_LINES
