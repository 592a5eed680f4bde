"""What the documentation says about reading files holds."""

import io
import re
import types

from slicer import read
from slicer.families import registry
from slicer.vocabulary import TERMS
from slicer_paths import ROOT

PAGE = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")


def test_every_common_term_is_in_the_table():
    rows = re.findall(r"^\| *(\w*) *\| `(\w+)` *\| *(\S*) *\| ([^|]*?) *\|", PAGE, re.M)
    group, found = "", {}
    for named, key, unit, form in rows:
        group = named or group
        found[key] = (group, unit, form.endswith("one a tool"))
    assert found == {
        term.key: (term.group, term.unit, term.many) for term in TERMS.values()
    }


def test_the_example_of_a_family_works(monkeypatch):
    code = re.search(r"```python\n(.*?)```", PAGE, re.S)[1]
    asked = list(registry.FAMILIES)
    monkeypatch.setattr(registry, "FAMILIES", asked)
    module = types.ModuleType("slicer.families.myslicer")
    module.__package__ = "slicer.families"
    exec(compile(code, "docs/extraction.md", "exec"), module.__dict__)
    # The last family says yes to every file.
    asked.insert(0, asked.pop())
    text = (
        b"; made by MySlicer\nG1 X1 E1\n; used [mm] = 12.5\n; time = 1h 2s\n"
        b"; layer_height = 0.2\n; shells = 3\n"
    )
    sliced = read(io.BytesIO(text))
    assert sliced.family == "myslicer"
    assert sliced.common == {"layer_height": 0.2, "wall_count": 3}
    (plate,) = sliced.plates
    assert (plate.time_s, plate.filaments[0].length_mm) == (3602, 12.5)
