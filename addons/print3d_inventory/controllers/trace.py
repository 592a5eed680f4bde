import io
import json

import xlsxwriter

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet takes as the name of a sheet.
LONGEST_NAME = 31


class Trace(http.Controller):
    @http.route("/print3d/trace.xlsx", type="http", auth="user", methods=["GET"])
    def export(self, subject=""):
        """Send where filament went as a spreadsheet, one sheet a section.

        :param subject: what is followed, as JSON, see ``print3d.trace``
        """
        try:
            wanted = json.loads(subject)
            if not isinstance(wanted, dict):
                raise ValueError("the subject is no object")
            trace = request.env["print3d.trace"].get_trace(wanted, limit=None)
        except (ValueError, TypeError):
            return self._refuse(400)
        except AccessError:
            return self._refuse(403)
        except UserError:
            return self._refuse(404)
        return request.make_response(
            self._write(trace),
            headers=[
                ("Content-Type", XLSX),
                (
                    "Content-Disposition",
                    content_disposition(f"{trace['title']}.xlsx"),
                ),
            ],
        )

    def _write(self, trace):
        Model = request.env["print3d.trace"]
        target = io.BytesIO()
        # Text stays text, also when it begins like a formula.
        with xlsxwriter.Workbook(
            target,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        ) as book:
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for section in trace["sections"]:
                sheet = book.add_worksheet(section["title"][:LONGEST_NAME])
                columns = section["columns"]
                headings = [column["label"] for column in columns]
                grouped = any(row["group"] for row in section["rows"])
                if grouped:
                    headings.insert(0, request.env._("Group"))
                sheet.write_row(0, 0, headings, bold)
                sheet.freeze_panes(1, 0)
                sheet.set_column(0, len(headings) - 1, 22)
                for index, row in enumerate(section["rows"], start=1):
                    if grouped:
                        sheet.write_string(index, 0, row["group"])
                    for place, column in enumerate(columns, start=int(grouped)):
                        cell = row["cells"].get(column["name"])
                        if column["type"] in ("grams", "number"):
                            sheet.write_number(index, place, cell or 0.0)
                        elif column["type"] == "date" and cell:
                            sheet.write_datetime(index, place, cell, day)
                        else:
                            sheet.write_string(
                                index, place, Model._format_cell(column, cell)
                            )
            if not trace["sections"]:
                book.add_worksheet()
        return target.getvalue()

    def _refuse(self, status):
        return request.make_response("", status=status)
