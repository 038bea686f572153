"""The 10-minute means that a box keeps."""

from dataclasses import dataclass

_PHASES = 3


@dataclass(frozen=True)
class Means:
    """Means over the 10 minutes that ended at `uptime_s` of boot number `boot`.

    u_mv: of the three phases, None where the box had no usable voltage; unbalance_bp: 0.01 %
    transfer_w: that each leg of the stage was told to inject; blocked_s: per load
    """

    sequence: int
    uptime_s: int
    boot: int
    u_mv: tuple[int, int, int] | None
    unbalance_bp: int
    transfer_w: tuple[int, ...]
    blocked_s: tuple[int, ...]


def means_of(entry: list) -> Means:
    """One entry of the reply to `means`."""
    sequence, uptime_s, boot, numbers = entry
    u_mv = tuple(numbers[:_PHASES])
    return Means(sequence, uptime_s, boot, u_mv if u_mv[0] >= 0 else None, numbers[_PHASES],
                 tuple(numbers[_PHASES + 1 : 2 * _PHASES + 1]), tuple(numbers[2 * _PHASES + 1 :]))
