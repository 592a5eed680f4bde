"""From a file to what it says."""

import os
import struct
import zlib
from dataclasses import asdict

from . import families
from .errors import SlicedFileError
from .facts import facts
from .privacy import cleaned, public, without_secrets
from .source import opened
from .text import MAX_INT

# Of names and sentences; people read them, and a name is a line of a screen.
MAX_TEXT = 500
# The most seen are 700 settings, and 2 000 of all parts of a project together.
MAX_SETTINGS = 20_000
MAX_PLATES = 1_000
NAMES = (
    "slicer",
    "slicer_version",
    "printer_model",
    "printer_model_id",
    "printer_settings_id",
    "bed_type",
)
COUNTS = ("time_s", "model_time_s", "layer_count")


def read(source, *, name=None, projects=False):
    """Read a sliced file, recognised by its content.

    :param source: path, or seekable binary file object (left open)
    :param name: file name, for ``params["file"]`` of errors only
    :param projects: give projects that were not sliced too, instead of refusing them
    :return: :class:`~.model.SlicedFile` with at least one plate that takes filament,
        or with ``is_sliced`` false
    :raises SlicedFileError: the file cannot be used; the message says why and what
        to do next
    """
    try:
        with opened(source) as opened_source:
            sliced = _parsed(opened_source)
        _check_size(sliced)
        _protect(sliced)
        _check_sliced(sliced, projects)
        if sliced.is_sliced:
            _check_filament(sliced)
    except SlicedFileError as error:
        error.message = _shown(error.message, 2 * MAX_TEXT)
        error.args = (error.message,)
        error.params = {key: _shown(entry) for key, entry in error.params.items()}
        error.params["file"] = name or _file_name(source)
        if error.sliced:
            _protect(error.sliced)
        raise
    return sliced


def inspect_file(path, *, settings=False, common=False):
    """Facts of a file for people and programs; never raises for a bad file.

    :param settings: add ``settings``, every one by the slicer's name, and
        ``overrides``, a list of those that hold for objects, parts, layers and plates
    :param common: add ``common``, the settings in the vocabulary of all slicers
    :return: the keys of :func:`~.facts.facts` and ``path``. A refused file has
        ``path``, ``error`` (the message) and ``code``, beside what it still states;
        a project that was not sliced is no refused file, its ``is_sliced`` is false.
    """
    result = {"path": os.fspath(path)}
    try:
        sliced = read(path, projects=True)
    except SlicedFileError as error:
        result.update(error=error.message, code=error.code)
        sliced = error.sliced
    if sliced:
        result.update(facts(sliced))
        if common:
            result["common"] = sliced.common
        if settings:
            result["settings"] = sliced.settings
            result["overrides"] = [asdict(entry) for entry in sliced.overrides]
    return result


def _parsed(source):
    """What the family makes of a file.

    Files come from anywhere. One that is damaged in a way its family has not thought
    of is refused like any other bad file; it must not break who asked.
    """
    try:
        return families.recognise(source).parse(source)
    except SlicedFileError:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _garbled() from error
    except (AttributeError, RecursionError, struct.error, zlib.error) as error:
        raise _garbled() from error
    except MemoryError as error:
        raise SlicedFileError(
            "too_large",
            "There is not enough memory to read the file. Export it again with fewer "
            "plates, or ask whoever runs the server for more memory.",
        ) from error


def _garbled():
    return SlicedFileError(
        "garbled",
        "The file is damaged: parts of it are not as its slicer writes them. Slice the "
        "model again and export it.",
    )


def _check_size(sliced):
    """Refuse what no slicer writes, before it fills a database."""
    settings = len(sliced.settings)
    settings += sum(len(entry.settings) + 1 for entry in sliced.overrides)
    if settings > MAX_SETTINGS or len(sliced.plates) > MAX_PLATES:
        raise SlicedFileError(
            "too_large",
            f"The file holds {settings} settings and {len(sliced.plates)} plates, more "
            "than any slicer writes. Slice the model again and export it.",
            settings=settings,
            plates=len(sliced.plates),
        )


def _protect(sliced):
    """Take out what should not, or cannot, be in a database; see :mod:`.privacy`.

    Families do this for the settings they read. It is done here once more for
    everything, so that no family can forget it.
    """
    sliced.settings = without_secrets(sliced.settings)
    sliced.common = without_secrets(sliced.common)
    sliced.stated = cleaned(sliced.stated)
    sliced.warnings = [_shown(warning, 2 * MAX_TEXT) for warning in sliced.warnings]
    for key in NAMES:
        setattr(sliced, key, _shown(getattr(sliced, key)))
    for override in sliced.overrides:
        override.settings = without_secrets(override.settings)
        override.name, override.parent = _shown(override.name), _shown(override.parent)
    for filament in sliced.filaments:
        filament.name, filament.vendor = _shown(filament.name), _shown(filament.vendor)
        filament.type = _shown(filament.type)
    for plate in sliced.plates:
        plate.name = _shown(plate.name)
        plate.stated = cleaned(plate.stated)
        for entry in plate.objects:
            entry.name = _shown(entry.name)
            entry.count = max(1, min(entry.count, MAX_INT))
        for key in COUNTS:
            # Less than nothing, or more than a database takes, is not known.
            if not 0 <= (getattr(plate, key) or 0) <= MAX_INT:
                setattr(plate, key, None)


def _shown(entry, length=MAX_TEXT):
    return public(entry[:length]) if isinstance(entry, str) else entry


def _file_name(source):
    source = getattr(source, "name", "") if hasattr(source, "read") else source
    return os.path.basename(str(source))


def _check_sliced(sliced, projects):
    """Refuse a project where only sliced files will do."""
    if sliced.is_sliced or projects:
        return
    who = sliced.slicer or "a slicer"
    what = f"This is an unsliced project of {who}: it has no times and no filament."
    if any(plate.filaments for plate in sliced.plates):
        what = (
            "This file was sliced, but its toolpaths were taken out, as model sites "
            "do with downloads."
        )
    raise SlicedFileError(
        "not_sliced",
        f"{what} Open it in {who}, slice it and export the sliced file.",
        sliced=sliced,
        slicer=sliced.slicer,
    )


def _check_filament(sliced):
    """Refuse a file from which no filament could be booked."""
    if any(plate.filaments for plate in sliced.plates):
        return
    if any(plate.stated.get("no_use") for plate in sliced.plates):
        raise SlicedFileError(
            "zero_filament",
            "The file states that it prints with 0 mm of filament. Check in the "
            "slicer that something is on the plate, slice and export again.",
            sliced=sliced,
        )
    raise SlicedFileError(
        "no_filament",
        "The file does not state how much filament it takes. Slice the model again "
        "and export the file as it is, without removing comments.",
        sliced=sliced,
    )
