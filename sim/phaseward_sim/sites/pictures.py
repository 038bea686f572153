"""The study's pictures as SVG: reduction over rating, law and optimum; ratio by feeder.

Written by hand so that nothing but text is needed. Colours are told apart without colour vision
too (dark and light, full and dashed). Failure: none.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from .summing import at_scale, scales

_W, _H = 760, 430
_LAW, _BEST, _INK, _GRID = "#14507a", "#d98c1f", "#222", "#ddd"


def _text(x, y, words, size=12, anchor="start", fill=_INK) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{fill}">{escape(words)}</text>')


def _line(x1, y1, x2, y2, colour, width=1.0, dash="") -> str:
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width}"{more}/>')


def _page(parts, height=_H) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_W} {height}" '
            f'font-family="sans-serif"><rect width="{_W}" height="{height}" fill="#fff"/>'
            + "".join(parts) + "</svg>\n")


def reductions(pieces) -> str:
    """Small pictures, one per feeder: reduction in percent over the rating."""
    columns, cell_w, cell_h = 4, 182, 140
    rows = -(-len(pieces) // columns)
    height = 56 + rows * cell_h
    parts = [_text(14, 22, "Meter-minutes outside ±7 % saved, %, over the unit's rating", 15),
             _line(14, 38, 44, 38, _LAW, 2.5), _text(50, 42, "the box's law"),
             _line(160, 38, 190, 38, _BEST, 2.5, "5 3"),
             _text(196, 42, "best possible for the same rating")]
    for k, piece in enumerate(pieces):
        parts += _small(piece, 14 + k % columns * cell_w, 56 + k // columns * cell_h)
    return _page(parts, height)


def _small(piece, left, top) -> list[str]:
    width, high = 140, 84
    at = scales(piece)

    def x(scale):
        return left + 26 + width * scale / max(at)

    def y(percent):
        return top + 22 + high * (1.0 - percent / 100.0)

    parts = [_text(left, top + 12, piece["title"], 12)]
    for percent in (0, 50, 100):
        parts += [_line(x(0), y(percent), x(max(at)), y(percent), _GRID),
                  _text(left + 22, y(percent) + 4, str(percent), 9, "end")]
    parts += [_text(x(scale), top + high + 34, f"×{scale:g}", 8, "middle") for scale in at]
    for key, colour, dash in (("possible", _BEST, "5 3"), ("reduction", _LAW, "")):
        spots = [(x(scale), y(at_scale(piece, scale)["minutes"][key] or 0.0)) for scale in at]
        for (x1, y1), (x2, y2) in zip(spots, spots[1:], strict=False):
            parts.append(_line(x1, y1, x2, y2, colour, 2, dash))
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.4" fill="{colour}"/>' for a, b in spots]
    return parts


def ratios(pieces, scale: float = 1.0) -> str:
    """Bars: share of the optimum's saving that the law reached."""
    left, top, step, width = 190, 52, 24, 520
    height = top + step * len(pieces) + 36
    low = 80.0

    def x(percent):
        return left + width * (max(percent, low) - low) / (100.0 - low)

    parts = [_text(14, 24, f"Share of the optimum's saving that the law reaches, %, rating "
                           f"×{scale:g}", 15)]
    for percent in (80, 85, 90, 95, 98, 100):
        parts += [_line(x(percent), top - 6, x(percent), height - 30, _GRID),
                  _text(x(percent), height - 14, str(percent), 10, "middle")]
    for k, piece in enumerate(pieces):
        value = at_scale(piece, scale)["minutes"]["ratio"]
        y = top + k * step
        parts.append(_text(left - 8, y + 13, piece["title"], 12, "end"))
        if value is not None:
            parts.append(f'<rect x="{left}" y="{y}" width="{max(x(value) - left, 0):.1f}" '
                         f'height="16" fill="{_LAW}"/>')
            parts.append(_text(x(value) - 6, y + 12, f"{value:.1f}", 10, "end", "#fff"))
    return _page(parts, height)
