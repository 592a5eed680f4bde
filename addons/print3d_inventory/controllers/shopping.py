import csv
import io

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

# Excel takes a file without this mark for one of another alphabet.
MARK = "\ufeff"


class Shopping(http.Controller):
    @http.route("/print3d/shopping.csv", type="http", auth="user", methods=["GET"])
    def export(self, lines=""):
        """Send the shopping list as a table.

        :param lines: ids of its lines, separated by commas; without, all that is to
            be bought by the current company
        """
        Line = request.env["print3d.shopping.line"]
        try:
            ids = [int(each) for each in lines.split(",") if each]
        except ValueError:
            return request.make_response("", status=400)
        try:
            domain = (
                [("id", "in", ids)]
                if ids
                else [
                    ("company_id", "=", request.env.company.id),
                    ("state", "=", "todo"),
                ]
            )
            rows = Line.search(domain)._get_table()
        except AccessError:
            return request.make_response("", status=403)
        target = io.StringIO()
        csv.writer(target).writerows(rows)
        return request.make_response(
            MARK + target.getvalue(),
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition("shopping-list.csv")),
            ],
        )
