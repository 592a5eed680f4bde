"""A sliced file as one flat dictionary, for comparing files and parsers.

Units: mm, g, mm3, s, degrees Celsius. A key is absent where the file does not state
the value; lists named ``filament_*`` follow ``filament_index`` (1-based).
"""


def facts(sliced):
    """Values of a sliced file under fixed names.

    ``estimated_time_s`` is the total of all sliced plates, ``layer_count`` too;
    ``per_plate`` has them apart for packages. ``filament_g`` is absent when the
    weight of any used filament is unknown. ``is_sliced`` is there always;
    ``settings_count``, ``overrides_count`` (settings of objects, parts, layers and
    plates) and ``common_count`` say how many settings there are of each sort.

    :param sliced: :class:`~.model.SlicedFile`
    :return: dict that can be written as JSON
    """
    result = {
        "slicer": sliced.slicer,
        "slicer_version": sliced.slicer_version,
        "printer_model": sliced.printer_model,
        "printer_model_id": sliced.printer_model_id,
        "printer_settings_id": sliced.printer_settings_id,
        "bed_type": sliced.bed_type,
        "nozzle_diameter": sliced.nozzle_diameter,
        "layer_height": sliced.layer_height,
        "first_layer_height": sliced.first_layer_height,
        "nozzle_temp": sliced.nozzle_temp,
        "first_layer_nozzle_temp": sliced.first_layer_nozzle_temp,
        "bed_temp": sliced.bed_temp,
        "first_layer_bed_temp": sliced.first_layer_bed_temp,
        "settings_count": sliced.settings_count,
        "overrides_count": sum(len(entry.settings) for entry in sliced.overrides)
        or None,
        "common_count": len(sliced.common) or None,
        "warnings": sliced.warnings,
        "is_sliced": sliced.is_sliced,
    }
    result.update(_filaments(sliced))
    result.update(_plates(sliced.plates))
    result.update(_thumbnails(sliced.thumbnails))
    result.update(sliced.stated)
    if "filament_cm3" in sliced.stated:
        del result["filament_mm3"]
    return {key: entry for key, entry in result.items() if _stated(entry)}


def _stated(entry):
    return entry is not None and entry != "" and entry != [] and entry != {}


def _filaments(sliced):
    result = {}
    for key, name in (("all_filament_type", "type"), ("all_filament_colour", "colour")):
        entries = [getattr(filament, name) for filament in sliced.filaments]
        if all(entries):
            result[key] = entries
    used = {}
    for plate in sliced.plates:
        for filament in plate.filaments:
            used.setdefault(filament.index, []).append(filament)
    indexes = sliced.stated.get("filament_index") or sorted(used)
    result["filament_index"] = indexes
    for key, name in (
        ("filament_mm", "length_mm"),
        ("filament_g", "weight_g"),
        ("filament_mm3", "volume_mm3"),
    ):
        totals = [_total(used.get(index, []), name) for index in indexes]
        result[key] = None if None in totals else totals
    for key, name in (("filament_type", "type"), ("filament_colour", "colour")):
        entries = [
            getattr(sliced.filament(index), name)
            or next((getattr(entry, name) for entry in used.get(index, [])), "")
            for index in indexes
        ]
        if all(entries):
            result[key] = entries
    return result


def _total(filaments, name):
    values = [getattr(filament, name) for filament in filaments]
    return None if None in values else round(sum(values), 4)


def _plates(plates):
    result = {}
    for key, name in (
        ("estimated_time_s", "time_s"),
        ("model_time_s", "model_time_s"),
        ("layer_count", "layer_count"),
    ):
        values = [getattr(plate, name) for plate in plates]
        if values and None not in values:
            result[key] = sum(values)
    if len(plates) == 1:
        result["object_height"] = plates[0].object_height
    result["objects"] = [
        item.name
        for plate in plates
        for item in plate.objects
        for _copy in range(min(item.count, 10_000))
        if item.name
    ]
    return result


def _thumbnails(thumbnails):
    result = {"thumbnails": [[item.width, item.height] for item in thumbnails]}
    if any(item.name for item in thumbnails):
        result["thumbnail_files"] = {
            item.name: [item.width, item.height] for item in thumbnails
        }
    else:
        result["thumbnail_formats"] = [
            item.format for item in thumbnails if item.format
        ]
    return result
