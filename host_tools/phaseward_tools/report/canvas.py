"""A figure of panes stacked over one time axis, as plain Plotly data.

Colours of text, axes and grid are left to the page, which knows whether it is light or dark.
Wrong attributes are caught by the tests, which check every figure against Plotly's schema.
"""

from dataclasses import dataclass, field

from phaseward_sim.results import Mark
from phaseward_tools.report import colours
from phaseward_tools.report.clock import Clock

_GAP_PX, _TOP_PX, _BOTTOM_PX = 44, 58, 56
# A mark's words are written out where the next mark leaves this share of the axis.
_ROOM_FOR_WORDS = 0.16


@dataclass(frozen=True)
class Choice:
    """One entry of a figure's selector: which traces show, and what the caption then says."""

    label: str
    visible: list[bool]
    caption: str


@dataclass(frozen=True)
class Key:
    """One line below a figure: what a colour stands for."""

    colour: str
    label: str
    text: str


@dataclass
class Figure:
    """One figure of the report with its heading, caption, optional selector and keys."""

    id: str
    title: str
    caption: str
    data: list[dict]
    layout: dict
    choices: list[Choice] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)


@dataclass(frozen=True)
class Pane:
    """One plot of the stack. lines: (value, words, colour); band: shaded range of y."""

    title: str
    unit: str
    height_px: int = 230
    y_range: tuple[float, float] | None = None
    lines: tuple[tuple[float, str, str], ...] = ()
    band: tuple[float, float] | None = None
    from_zero: bool = False


def axis_name(pane: int) -> str:
    """Plotly's name of a pane's y axis: y, y2, y3 ..."""
    return "y" if pane == 0 else f"y{pane + 1}"


def _domains(panes: list[Pane]) -> list[tuple[float, float]]:
    total = sum(p.height_px for p in panes) + _GAP_PX * (len(panes) - 1)
    top, domains = float(total), []
    for pane in panes:
        domains.append((max(0.0, (top - pane.height_px) / total), top / total))
        top -= pane.height_px + _GAP_PX
    return domains


def _y_axis(pane: Pane, domain: tuple[float, float]) -> dict:
    axis = {"domain": list(domain), "anchor": "x", "zeroline": False,
            "title": {"text": pane.unit, "standoff": 6, "font": {"size": 12.5}}}
    if pane.y_range:
        axis["range"] = list(pane.y_range)
    elif pane.from_zero:
        axis["rangemode"] = "tozero"
    return axis


def _pane_title(pane: Pane, domain: tuple[float, float]) -> dict:
    return {"text": f"<b>{pane.title}</b>", "xref": "paper", "yref": "paper", "x": 0,
            "y": domain[1], "xanchor": "left", "yanchor": "bottom", "showarrow": False,
            "yshift": 5, "font": {"size": 13}}


def _limit(line: tuple[float, str, str], axis: str) -> tuple[dict, dict]:
    value, words, colour = line
    shape = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": value,
             "y1": value, "line": {"color": colour, "width": 1, "dash": "5px,4px"}}
    label = {"text": words, "xref": "paper", "x": 1, "xanchor": "left", "xshift": 4,
             "yref": axis, "y": value, "showarrow": False, "yanchor": "middle",
             "font": {"size": 11, "color": colour}}
    return shape, label


def _band(band: tuple[float, float], axis: str) -> dict:
    return {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": band[0],
            "y1": band[1], "line": {"width": 0}, "fillcolor": colours.BAND_FILL,
            "layer": "below"}


def mark_texts(marks: list[Mark], end_s: float) -> list[str]:
    """Labels, with their words where the axis has room for them up to the next mark."""
    ends = [*[m.t_s for m in marks[1:]], end_s][:len(marks)]
    roomy = all(end - m.t_s >= _ROOM_FOR_WORDS * end_s
                for m, end in zip(marks, ends, strict=True))
    return [f"<b>{m.label}</b> {m.text}".strip() if roomy else f"<b>{m.label}</b>"
            for m in marks]


def _mark(mark: Mark, text: str, clock: Clock) -> tuple[dict, dict]:
    x = float(clock.x(mark.t_s))
    shape = {"type": "line", "xref": "x", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1,
             "line": {"color": colours.MARK, "width": 1.5, "dash": "dot"}}
    label = {"text": text, "xref": "x", "x": x, "yref": "paper", "y": 1, "xanchor": "left",
             "yanchor": "bottom", "yshift": 24, "xshift": -4, "showarrow": False,
             "font": {"size": 12, "color": colours.MARK}, "hovertext": mark.text}
    return shape, label


def _decorate(layout: dict, pairs: list[tuple[dict, dict]]) -> None:
    for shape, label in pairs:
        layout["shapes"].append(shape)
        layout["annotations"].append(label)


def _add_marks(layout: dict, marks: list[Mark], end_s: float, clock: Clock) -> None:
    texts = mark_texts(marks, end_s)
    _decorate(layout, [_mark(m, t, clock) for m, t in zip(marks, texts, strict=True)])


def stacked_layout(panes: list[Pane], clock: Clock, marks: list[Mark], end_s: float) -> dict:
    """Layout of panes over one another, the first on top, with limits, bands and marks."""
    domains = _domains(panes)
    height = sum(p.height_px for p in panes) + _GAP_PX * (len(panes) - 1)
    layout = {
        "height": height + _TOP_PX + _BOTTOM_PX,
        "margin": {"l": 64, "r": 66, "t": _TOP_PX, "b": _BOTTOM_PX},
        "hovermode": "x unified", "hoversubplots": "axis", "shapes": [],
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        "xaxis": {**clock.axis(), "anchor": axis_name(len(panes) - 1),
                  "range": [float(clock.x(0)), float(clock.x(end_s))]},
        "annotations": [_pane_title(p, d) for p, d in zip(panes, domains, strict=True)
                        if p.title],
    }
    for i, (pane, domain) in enumerate(zip(panes, domains, strict=True)):
        layout[axis_name(i).replace("y", "yaxis")] = _y_axis(pane, domain)
        _decorate(layout, [_limit(line, axis_name(i)) for line in pane.lines])
        if pane.band:
            layout["shapes"].append(_band(pane.band, axis_name(i)))
    _add_marks(layout, marks, end_s, clock)
    return layout
