import json

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request

# Excel takes a file without this mark for one of another alphabet.
MARK = "\ufeff"


class Alerts(http.Controller):
    @http.route("/print3d/alerts.csv", type="http", auth="user", methods=["GET"])
    def export(self, domain="", export=""):
        """Send alerts as a table.

        :param domain: which ones, as JSON; without, all that are not archived
        :param export: or the number of a ``print3d.alert.export`` of the user
        """
        try:
            wanted = Domain(json.loads(domain)) if domain else Domain.TRUE
            if export:
                chosen = request.env["print3d.alert.export"].browse(int(export))
                chosen = chosen.exists().with_context(active_test=False)
                wanted &= Domain("id", "in", chosen.alert_ids.ids)
                wanted &= Domain("active", "in", [True, False])
            alerts = request.env["print3d.alert"]._find_for_csv(wanted)
            text = alerts._get_csv()
        except AccessError:
            return request.make_response("", status=403)
        except (ValueError, TypeError, UserError) as error:
            return request.make_response(str(error), status=400)
        return request.make_response(
            MARK + text,
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                (
                    "Content-Disposition",
                    content_disposition(f"{request.env._('Alerts')}.csv"),
                ),
            ],
        )
