"""From a file to what it says."""

import os

from . import families
from .errors import SlicedFileError
from .facts import facts
from .source import opened


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
            family = families.recognise(opened_source)
            sliced = family.parse(opened_source)
        _check_sliced(sliced, projects)
        if sliced.is_sliced:
            _check_filament(sliced)
    except SlicedFileError as error:
        error.params["file"] = name or _file_name(source)
        raise
    return sliced


def inspect_file(path):
    """Facts of a file for people and programs; never raises for a bad file.

    :return: the keys of :func:`~.facts.facts` and ``path``. A refused file has
        ``path``, ``error`` (the message) and ``code``, beside what it still states.
    """
    result = {"path": os.fspath(path)}
    try:
        result.update(facts(read(path)))
    except SlicedFileError as error:
        result.update(error=error.message, code=error.code)
        if error.sliced:
            result.update(facts(error.sliced))
    return result


def _file_name(source):
    source = getattr(source, "name", "") if hasattr(source, "read") else source
    return os.path.basename(str(source))


def _check_sliced(sliced, projects):
    """Refuse a project where only sliced files will do."""
    if sliced.is_sliced or projects:
        return
    who = sliced.slicer or "a slicer"
    raise SlicedFileError(
        "not_sliced",
        f"This is an unsliced project of {who}: it has no times and no filament. "
        f"Open it in {who}, slice it and export the sliced file.",
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
