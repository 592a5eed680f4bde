"""Say what sliced files and meshes contain: ``python -m slicer [OPTIONS] FILE...``."""

import argparse
import json
import os
import sys

from .reader import inspect_file

# Refusals after which a file may still be a mesh.
NO_SLICE = ("unsupported", "not_sliced")


def main(arguments=None):
    """Print the facts of files, for people or as one JSON object a line.

    :return: 0 when every file is a sliced file or a mesh that could be read, 1
        otherwise; a project that was not sliced counts as one that could not
    """
    parser = argparse.ArgumentParser(prog="slicer", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line instead of text"
    )
    parser.add_argument(
        "--settings",
        action="store_true",
        help="every setting by the slicer's own name, those of single objects too",
    )
    parser.add_argument(
        "--common",
        action="store_true",
        help="the settings that all slicers have, under names that compare",
    )
    parser.add_argument(
        "--mesh",
        action="store_true",
        help="measure the models of projects too, not only of files without slicer",
    )
    options = parser.parse_args(arguments)
    # Names of files and objects may hold what the terminal's encoding does not.
    sys.stdout.reconfigure(errors="replace")
    refused = False
    for position, path in enumerate(options.files):
        result = inspected(path, options)
        refused = refused or "error" in result or result.get("is_sliced") is False
        if options.json:
            text = json.dumps(result, ensure_ascii=False, allow_nan=False)
        else:
            text = ("\n" if position else "") + describe(result)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    return int(refused)


def inspected(path, options):
    """Facts of a file: of the slice if it is one, of the mesh otherwise.

    :param options: with ``settings``, ``common`` and ``mesh``
    """
    result = inspect_file(path, settings=options.settings, common=options.common)
    is_mesh = result.get("code") in NO_SLICE and not result.get("slicer")
    if not is_mesh and not options.mesh:
        return result
    found = _mesh(path)
    if is_mesh:
        return found or result
    return {**result, "mesh": found} if found else result


def _mesh(path):
    """Facts of a mesh, or ``None`` of what is no mesh at all."""
    # Only here: meshes need numpy, which takes longer to load than a slice to read.
    import mesh

    try:
        with open(path, "rb") as stream:
            head = stream.read(64 * 1024)
            size = os.fstat(stream.fileno()).st_size
    except OSError:
        return None
    return mesh.inspect_file(path) if mesh.sniff(head, size) else None


def describe(result):
    """Facts of a file as lines for people.

    :param result: dict of :func:`~.reader.inspect_file`
    """
    lines = [result["path"]]
    if "error" in result:
        lines.append(f"  refused: {result['error']}")
    elif result.get("is_sliced") is False:
        lines.append("  a project that was not sliced: no times, no filament")
    rows = _mesh_rows if "triangles" in result else _rows
    lines += [f"  {label:<12}{text}" for label, text in rows(result) if text]
    if "mesh" in result:
        lines.append("  mesh")
        if "error" in result["mesh"]:
            lines.append(f"    refused: {result['mesh']['error']}")
        lines += [
            f"    {label:<12}{text}"
            for label, text in _mesh_rows(result["mesh"])
            if text
        ]
    lines += _setting_lines("common", result.get("common", {}))
    lines += _setting_lines("settings", result.get("settings", {}))
    for override in result.get("overrides", []):
        lines += _setting_lines(_override(override), override["settings"])
    return "\n".join(lines)


def _setting_lines(title, settings):
    if not settings:
        return []
    width = min(max(map(len, settings)), 48)
    return ["", f"  {title}"] + [
        f"    {key:<{width}}  {_plain(entry)}" for key, entry in settings.items()
    ]


def _plain(entry):
    """A value on one line: texts as they are, anything else as JSON."""
    if isinstance(entry, str) and entry.isprintable():
        return entry
    return json.dumps(entry, ensure_ascii=False)


def _override(override):
    name = override["name"] or override["plate"] or ""
    parent = f" of {override['parent']}" if override["parent"] else ""
    role = f" ({override['role']})" if override["role"] else ""
    return f"{override['scope']} {name}{parent}{role}"


def _mesh_rows(result):
    """What is said about a mesh; volumes are in cm3, as they are bought."""
    get = result.get
    if "triangles" not in result:
        return
    yield "mesh", get("format", "").upper()
    yield "size", " x ".join(f"{length:.2f}" for length in get("size_mm", [])) + " mm"
    if get("unit_guess"):
        yield "unit", f"probably {result['unit_guess']}: {get('unit_reason', '')}"
    yield "volume", f"{result['volume_mm3'] / 1000:.3f} cm3"
    yield "surface", f"{result['area_mm2'] / 100:.2f} cm2"
    yield "triangles", f"{result['triangles']:,}"
    yield "bodies", str(get("bodies", ""))
    yield "watertight", "yes" if get("is_watertight") else _holes(result)
    yield "overhang", f"{get('overhang_area_mm2', 0) / 100:.2f} cm2 beyond 45°"
    if get("min_thickness_mm") is not None:
        yield "thinnest", f"{result['min_thickness_mm']:.2f} mm"
    steps = ", ".join(f"{code} {count}" for code, count in result["repair"]["steps"])
    yield "repair", steps
    yield "parts", ", ".join(part["name"] for part in get("parts", [])[:8])
    for warning in get("warnings", []):
        yield "note", warning


def _holes(result):
    return (
        f"no, {result.get('open_edges', 0)} open and "
        f"{result.get('nonmanifold_edges', 0)} shared edges"
    )


def _rows(result):
    get = result.get
    yield "slicer", " ".join(filter(None, (get("slicer"), get("slicer_version"))))
    yield "printer", get("printer_settings_id") or get("printer_model")
    yield "nozzle", _list(get("nozzle_diameter"), "mm")
    yield "bed", get("bed_type")
    if get("estimated_time_s") is not None:
        yield "time", duration(result["estimated_time_s"])
    if "plates" in result:
        yield "plates", f"{get('plates_sliced', 0)} sliced of {result['plates']}"
    yield "layers", _layers(result)
    for position, index in enumerate(get("filament_index", [])):
        yield f"filament {index}", _filament(result, position)
    yield "objects", _objects(get("objects") or get("project_objects") or [])
    yield "pictures", ", ".join(f"{w}x{h}" for w, h in get("thumbnails", [])[:8])
    yield "settings", _counts(result)
    for warning in get("warnings", []):
        yield "note", warning


def _counts(result):
    parts = [str(result["settings_count"])] if "settings_count" in result else []
    if "overrides_count" in result:
        parts.append(f"{result['overrides_count']} of single objects")
    if "common_count" in result:
        parts.append(f"{result['common_count']} under common names")
    return ", ".join(parts)


def _list(numbers, unit):
    distinct = list(dict.fromkeys(numbers or []))
    text = ", ".join(f"{number:g}" for number in distinct)
    return f"{text} {unit}" if text else ""


def _layers(result):
    parts = []
    if "layer_count" in result:
        parts.append(str(result["layer_count"]))
    if "layer_height" in result:
        parts.append(f"of {result['layer_height']:g} mm")
    if "first_layer_height" in result:
        parts.append(f"(first {result['first_layer_height']:g} mm)")
    return " ".join(parts)


def _filament(result, position):
    parts = [
        result[key][position]
        for key in ("filament_type", "filament_colour")
        if key in result
    ]
    for key, unit in (("filament_mm", "mm"), ("filament_mm3", "mm3")):
        if key in result:
            parts.append(f"{result[key][position]:.2f} {unit}")
    if "filament_g" in result:
        parts.append(f"{result['filament_g'][position]:.2f} g")
    return "  ".join(parts)


def _objects(names):
    counts = {name: names.count(name) for name in dict.fromkeys(names[:200])}
    return ", ".join(
        f"{count} x {name}" if count > 1 else name for name, count in counts.items()
    )


def duration(seconds):
    """Seconds as ``1d 2h 3m 4s``, parts that are 0 left out."""
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


if __name__ == "__main__":
    try:
        status = main()
    except BrokenPipeError:
        # The reader (head, less) had enough; nothing is left to be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)
