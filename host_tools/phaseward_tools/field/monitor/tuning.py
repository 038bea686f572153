"""Tuning with a way back: values are first on trial, then kept, and can be taken back."""

from phaseward_tools.field import values
from phaseward_tools.link import Box

TRIAL_S = 600


class Tuner:
    """Each method does one thing at the box and returns what to tell. ValueError and LinkError
    where it was not done."""

    def __init__(self, box: Box):
        self._box = box
        self._kept: list[dict] = []  # former values of what was kept, newest last

    def try_out(self, text: str) -> str:
        """Words ID=VALUE: in force for TRIAL_S. What needs a restart is set at once."""
        wanted = values.parse_pairs(self._box.parameters, text.split())
        if not wanted:
            raise ValueError("expected ID=VALUE")
        late = [name for name in wanted if self._box.parameters[name].restart]
        if late:
            return self._set(wanted, late)
        self._box.try_for(TRIAL_S, wanted)
        return f"on trial for {TRIAL_S // 60} min: {self._listed(wanted)}; k keeps, u takes back"

    def keep(self) -> str:
        before = self._box.saved()
        stays = self._box.commit()
        self._kept.append({name: before[name] for name in stays})
        return f"kept until the next restart: {self._listed(stays)}; s saves"

    def undo(self) -> str:
        """Ends the trial; without one, takes back what was kept last."""
        if self._box.status()["trial"]:
            return f"back: {self._listed(self._box.revert())}"
        if not self._kept:
            raise ValueError("nothing to take back")
        before = self._kept[-1]
        self._box.set(before)
        self._kept.pop()
        return f"back: {self._listed(before)}"

    def save(self) -> str:
        self._box.save()
        return "saved: it stays over a restart"

    def _set(self, wanted: dict, late: list[str]) -> str:
        self._kept.append(self._box.get(*wanted))
        self._box.set(wanted)
        return f"taken up at the next restart, s saves it: {' '.join(late)}"

    def _listed(self, found: dict) -> str:
        shown = self._box.parameters
        return ", ".join(f"{name} {shown[name].shown(value)}" for name, value in found.items())
