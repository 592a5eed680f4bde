"""What a filament tag says, whatever its format, without Odoo."""

from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class TagFacts:
    """Facts of a tag; what it does not say is empty.

    :param standard: ``openspool``, ``openprinttag``, ``bambu`` or ``uid``
    :param identities: (kind, value) pairs, the surest first, each of which names one
        spool: ``tray_uuid``, ``openprinttag`` or ``uid``
    :param url: an address written beside, often a label's
    :param used_g: grams the tag says were used
    """

    standard: str
    identities: tuple[tuple[str, str], ...] = ()
    url: str = ""
    brand: str = ""
    material: str = ""
    name: str = ""
    gtin: str = ""
    batch: str = ""
    hexes: tuple[str, ...] = ()
    diameter_mm: float | None = None
    net_weight_g: float | None = None
    tare_weight_g: float | None = None
    used_g: float | None = None
    density: float | None = None
    nozzle_temp_min: int | None = None
    nozzle_temp_max: int | None = None
    bed_temp_min: int | None = None
    bed_temp_max: int | None = None
    drying_temp: int | None = None
    drying_hours: float | None = None
    made_on: date | None = None
    expires_on: date | None = None

    @property
    def title(self):
        """What people call this filament: "Prusament PLA Galaxy Black"."""
        words = [self.brand, self.name or self.material]
        return " ".join(filter(None, words))

    def to_dict(self):
        """Return the facts that are there, ready for JSON."""
        facts = {}
        for key, value in asdict(self).items():
            if value is None or value in ("", ()):
                continue
            if isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = [list(v) if isinstance(v, tuple) else v for v in value]
            facts[key] = value
        return facts
