"""From a heap of files to models, variants and versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import grouping

KINDS = {
    "stl": "mesh",
    "3mf": "project",
    "gcode": "sliced",
    "png": "picture",
    "jpg": "picture",
    "txt": "text",
    "pdf": "document",
    "csv": "table",
}


def make_entry(full_name, sha256="", **facts):
    path, _slash, name = full_name.rpartition("/")
    kind = KINDS.get(name.rpartition(".")[2], "other")
    return grouping.Entry(full_name, path, name, kind, sha256, facts)


def place(*entries, known=()):
    """Where files go: ``{name: (model, variant, order)}``, or the cause to skip."""
    entries = [
        entry if isinstance(entry, grouping.Entry) else make_entry(entry)
        for entry in entries
    ]
    plan = grouping.group(entries, known)
    return {
        found.key: (plan.models[found.model].name, found.variant, found.order)
        if found.model is not None
        else found.reasons[0][0]
        for found in plan.places
    }


def models(*entries, known=()):
    return {
        name: value if isinstance(value, str) else value[:2]
        for name, value in place(*entries, known=known).items()
    }


def test_a_folder_is_a_model():
    assert models("Dragon/left.stl", "Dragon/right.stl", "Dragon/readme.txt") == {
        "Dragon/left.stl": ("Dragon", "Left"),
        "Dragon/right.stl": ("Dragon", "Right"),
        "Dragon/readme.txt": ("Dragon", ""),
    }


def test_folders_of_kinds_are_looked_through():
    assert models(
        "Vase/stl/vase.stl", "Vase/gcode/vase.gcode", "Vase/images/a.png"
    ) == {
        "Vase/stl/vase.stl": ("Vase", ""),
        "Vase/gcode/vase.gcode": ("Vase", ""),
        "Vase/images/a.png": ("Vase", ""),
    }


def test_names_decide_where_things_lie_loosely():
    assert models("Downloads/hook.stl", "Downloads/vase_v2.gcode", "vase.stl") == {
        "Downloads/hook.stl": ("Hook", ""),
        "Downloads/vase_v2.gcode": ("Vase (Downloads)", ""),
        "vase.stl": ("Vase", ""),
    }


def test_versions_come_in_their_order():
    found = place("Hook/hook_v10.gcode", "Hook/hook_v2.gcode", "Hook/hook_v1.gcode")
    assert {name: order for name, (_m, _v, order) in found.items()} == {
        "Hook/hook_v1.gcode": 1,
        "Hook/hook_v2.gcode": 2,
        "Hook/hook_v10.gcode": 3,
    }


def test_sizes_are_variants():
    assert models("lamp_small.stl", "lamp_large.stl") == {
        "lamp_small.stl": ("Lamp", "Small"),
        "lamp_large.stl": ("Lamp", "Large"),
    }


def test_what_stands_in_files_joins_them():
    found = models(
        make_entry("a1b2c3.3mf", title="Moon lamp"),
        make_entry("final final.3mf", title="Moon lamp"),
    )
    assert {model for model, _variant in found.values()} == {"Moon lamp"}


def test_known_models_are_added_to():
    assert models("vase tall.stl", known=["Vase"])["vase tall.stl"][0] == "Vase"


def test_what_is_left_out_and_why():
    assert models(
        make_entry("hook.stl", "1"),
        make_entry("copy of hook.stl", "1"),
        "__MACOSX/hook.stl",
        ".DS_Store",
        "list.csv",
        "letter.docx",
    ) == {
        "hook.stl": ("Hook", ""),
        "copy of hook.stl": "duplicate",
        "__MACOSX/hook.stl": "junk",
        ".DS_Store": "junk",
        "list.csv": "table",
        "letter.docx": "unknown",
    }


def test_what_cannot_be_read_makes_no_model():
    assert models(
        make_entry("hook.stl", problem="It is cut short."),
        make_entry("lamp.3mf", "1", problem="It is damaged."),
        make_entry("lamp.stl", "1"),
    ) == {"hook.stl": "unreadable", "lamp.3mf": "unreadable", "lamp.stl": ("Lamp", "")}


def test_nothing():
    assert grouping.group([]) == grouping.Plan([], [])


NAMES = st.text(
    st.sampled_from("abcXYZ019 _-.()äß日\u202e'"), min_size=1, max_size=12
).map(str.strip)


@given(
    st.lists(
        st.builds(
            lambda folders, stem, suffix, sha: make_entry(
                "/".join([*filter(None, folders), f"{stem or 'x'}.{suffix}"]), sha
            ),
            st.lists(NAMES, max_size=3),
            NAMES,
            st.sampled_from([*KINDS, "docx"]),
            st.sampled_from(["", "1", "2"]),
        ),
        max_size=25,
    )
)
def test_each_file_comes_out_once_and_each_model_has_a_file(entries):
    plan = grouping.group(entries)
    assert [found.key for found in plan.places] == [entry.key for entry in entries]
    used = {found.model for found in plan.places if found.role in grouping.CONTENT}
    assert used == set(range(len(plan.models)))
    assert all(model.name.strip() for model in plan.models)
    for found in plan.places:
        assert found.reasons and (found.model is None) == (found.role == "skip")


@pytest.mark.parametrize("turn", [1, -1])
def test_the_order_of_files_does_not_matter(turn):
    names = ["b/lamp_large.stl", "b/lamp_small.stl", "a/vase.stl", "hook.stl"]
    assert place(*names[::turn]) == place(*names)


def test_real_files_all_find_a_place(corpus):
    files = [
        path
        for path in sorted(corpus.rglob("*"))
        if path.is_file() and path.suffix.lower() in (".stl", ".gcode", ".3mf")
    ]
    plan = grouping.group(
        make_entry(f"{path.parent.name}/{path.name.lower()}") for path in files
    )
    assert all(found.role != "skip" for found in plan.places)
    assert len(plan.models) > 20
