"""Say what sliced files contain: ``python -m slicer [--json] FILE...``."""

import argparse
import json
import os
import sys

from .reader import inspect_file


def main(arguments=None):
    """Print the facts of files, for people or as one JSON object a line.

    :return: 0 when every file could be read, 1 otherwise
    """
    parser = argparse.ArgumentParser(prog="slicer", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line instead of text"
    )
    options = parser.parse_args(arguments)
    # Names of files and objects may hold what the terminal's encoding does not.
    sys.stdout.reconfigure(errors="replace")
    refused = False
    for position, path in enumerate(options.files):
        result = inspect_file(path)
        refused = refused or "error" in result
        if options.json:
            text = json.dumps(result, ensure_ascii=False, allow_nan=False)
        else:
            text = ("\n" if position else "") + describe(result)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    return int(refused)


def describe(result):
    """Facts of a file as lines for people.

    :param result: dict of :func:`~.reader.inspect_file`
    """
    lines = [result["path"]]
    if "error" in result:
        lines.append(f"  refused: {result['error']}")
    lines += [f"  {label:<12}{text}" for label, text in _rows(result) if text]
    return "\n".join(lines)


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
    if "settings_count" in result:
        yield "settings", str(result["settings_count"])


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
