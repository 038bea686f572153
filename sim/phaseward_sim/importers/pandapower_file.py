"""Gets a pandapower network: by the name of a function of pandapower.networks, or from JSON.

`ieee_european_lv_asymmetric`, `create_kerber_vorstadtnetz_kabel_1`, `my_grid.json`. A function
gets no arguments unless written behind it: `ieee_european_lv_asymmetric:off_peak_1`.
Needs pandapower (extra `grids`). Failure: ImportFailed, MissingExtraError.
"""

from __future__ import annotations

import difflib
import warnings
from pathlib import Path

from .errors import ImportFailed, missing_extra


def by_name(name: str):
    """A network that comes with pandapower."""
    networks = _pandapower(f"pandapower:{name}").networks
    function, _, argument = name.partition(":")
    maker = getattr(networks, function, None)
    if not callable(maker):
        close = difflib.get_close_matches(function, dir(networks), 3)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        raise ImportFailed(f"pandapower:{function}: pandapower.networks has no such network{hint}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            net = maker(*([argument] if argument else []))
        except Exception as err:
            raise ImportFailed(f"pandapower:{name}: {type(err).__name__}: {err}") from None
    return _checked(net, f"pandapower:{name}")


def by_file(path: Path):
    """A network saved by `pandapower.to_json`."""
    pandapower = _pandapower(str(path))
    if not path.is_file():
        raise ImportFailed(f"{path}: no such file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            net = pandapower.from_json(str(path))
        except Exception as err:
            raise ImportFailed(f"{path}: not a pandapower network "
                               f"({type(err).__name__}: {err})") from None
    return _checked(net, str(path))


def _checked(net, origin):
    if not hasattr(net, "bus") or not hasattr(net, "ext_grid"):
        raise ImportFailed(f"{origin}: not a pandapower network; expected what "
                           "pandapower.to_json writes")
    return net


def _pandapower(what):
    try:
        import pandapower
        import pandapower.networks
    except ImportError:
        raise missing_extra(what, "pandapower") from None
    return pandapower
