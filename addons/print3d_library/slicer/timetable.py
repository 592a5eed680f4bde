"""How much each tool has laid down at which percent of a print.

Percent of a print are percent of its time, as printers tell them: the first layers are
slow, and a tool may come only at the end. Slicers write where a print is into the
G-code: ``M73 P41`` (PrusaSlicer, SuperSlicer, OrcaSlicer, Bambu Studio, Creality Print;
Marlin's M73, https://marlinfw.org/docs/gcode/M073.html) or ``;TIME_ELAPSED:812.4`` at
the end of each layer (Cura). Between two of these it goes evenly.
"""

import re

from .source import opened
from .toolpath import Toolpath, _chunks

# Rows of a table; more percents than this do not make it better.
MAX_ROWS = 201
PERCENT = re.compile(rb"M73\s(?:[^;]*\s)?P(\d{1,3}(?:\.\d+)?)")
ELAPSED = re.compile(rb";TIME_ELAPSED:(\d+(?:\.\d+)?)")


class Course(Toolpath):
    """Reads lines and keeps how far each tool is whenever the file says how far it is.

    ``marks`` has (percent, or seconds, and {tool: mm so far}), in the order of the
    file; ``by_time`` tells that they are seconds.
    """

    def __init__(self):
        super().__init__()
        self.marks, self.by_time = [], False

    def _line(self, line):
        first = line[:1]
        if first == b"M":
            match = PERCENT.match(line)
            if match:
                if self.by_time:
                    self.marks.clear()
                    self.by_time = False
                self._mark(float(match[1]))
        elif first == b";" and (self.by_time or not self.marks):
            match = ELAPSED.match(line)
            if match:
                self.by_time = True
                self._mark(float(match[1]))
        return super()._line(line)

    def _mark(self, reached):
        if self.marks and reached <= self.marks[-1][0]:
            # The same percent again, or the line of another mode.
            self.marks[-1] = (self.marks[-1][0], dict(self.lengths))
        else:
            self.marks.append((reached, dict(self.lengths)))

    # What is drawn is of no interest here.
    def _draw(self, target, extruded):
        pass

    def _break(self):
        pass

    def _flush(self):
        pass


def timetable_stream(stream, plate=1):
    """Return how much of a tool's filament is laid down at which percent.

    :param stream: binary file, seekable
    :param int plate: number of the plate in the file
    :return: rows of [percent, {tool: share from 0 to 1}], the percent rising from 0 to
        100 and tools counted from 1 as text; empty when the file says nothing of it
    :rtype: list
    :raises SlicedFileError: for everything that is wrong with the file
    """
    course = Course()
    with opened(stream) as source:
        for chunk in _chunks(source, plate):
            course.feed(chunk)
        course.close()
    return _to_rows(course)


def _to_rows(course):
    total = {tool: mm for tool, mm in course.lengths.items() if mm > 0}
    marks = course.marks
    if len(marks) < 2 or not total:
        return []
    whole = marks[-1][0] if course.by_time else 100.0
    if whole <= 0:
        return []
    rows = [[0.0, {str(tool + 1): 0.0 for tool in total}]]
    step = 100.0 / (MAX_ROWS - 1)
    for reached, lengths in marks:
        percent = min(100.0, 100.0 * reached / whole)
        shares = {
            str(tool + 1): round(min(1.0, lengths.get(tool, 0.0) / mm), 5)
            for tool, mm in total.items()
        }
        if percent >= rows[-1][0] + step * 0.999:
            rows.append([round(percent, 3), shares])
        elif percent == rows[-1][0] == 0.0:
            # What is laid down at 0 % is primed before anything is counted.
            continue
    if rows[-1][0] < 100.0:
        rows.append([100.0, {}])
    rows[-1][1] = {str(tool + 1): 1.0 for tool in total}
    return rows


def share_at(rows, tool, percent):
    """Return which share of a tool's filament is laid down so far into a print.

    :param list rows: see :func:`timetable_stream`
    :param int tool: counted from 1
    :param float percent: of the print, from 0 to 100
    :return: from 0 to 1, or None when the rows say nothing of this tool
    :rtype: float or None
    """
    key = str(tool)
    before = None
    for reached, shares in rows:
        share = shares.get(key)
        if share is None:
            return None
        if percent <= reached:
            if before is None or reached == before[0]:
                return share
            part = (percent - before[0]) / (reached - before[0])
            return before[1] + part * (share - before[1])
        before = (reached, share)
    return 1.0 if before else None
