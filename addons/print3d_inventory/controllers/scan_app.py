from odoo import http
from odoo.http import request
from odoo.tools import file_open
from odoo.tools.json import scriptsafe

STAFF = "print3d_library.group_print3d_user"
HOME = "/print3d/scan"
WORKER = "print3d_inventory/static/worker/scan_worker.js"
ICON = "/print3d_inventory/static/img/scan-%s.png"
# What the frame of a phone is painted with, as the app's own (scan.scss).
THEME = "#16181d"


class ScanPage(http.Controller):
    """The scan app as a page that a phone installs: shell, manifest, service worker.

    What it asks for afterwards is in ``scan.py``.
    """

    _page_url = HOME
    _manifest_url = f"{HOME}/manifest.webmanifest"
    _worker_url = f"{HOME}/sw.js"

    @http.route(_page_url, type="http", auth="user", methods=["GET"])
    def open_scan_app(self, **_params):
        """Send the app's shell: the same for everybody of one language.

        A phone keeps it, so it holds nothing of the person and no token. Which
        record a label's ``code`` means is found by the app.
        """
        if not request.env.user.has_group(STAFF):
            response = request.render(
                "print3d_inventory.label_refused", {"status_code": 403}
            )
            response.status_code = 403
            return response
        lang = request.env["res.lang"]._lang_get(request.env.context.get("lang"))
        return request.render(
            "print3d_inventory.scan_app",
            {
                "html_lang": (lang.code or "en_US").replace("_", "-"),
                "is_rtl": lang.direction == "rtl",
                "theme": THEME,
                "session": scriptsafe.dumps(self._get_shell_session()),
                "debug": request.session.debug or "",
            },
            headers={
                "Cache-Control": "private, no-cache",
            },
        )

    def _get_shell_session(self):
        """Return what the web client's core needs to know to start, and no more."""
        info = request.env["ir.http"].session_info()
        return {
            "db": info["db"],
            "registry_hash": info["registry_hash"],
            "server_version_info": info["server_version_info"],
            "bundle_params": {"lang": info["bundle_params"]["lang"]},
            "user_context": {"lang": info["user_context"].get("lang") or "en_US"},
            "is_internal_user": True,
        }

    @http.route(_manifest_url, type="http", auth="public", methods=["GET"])
    def get_scan_manifest(self):
        """Tell a phone how the app is called and looks once it is installed."""
        env = request.env
        icons = [
            {"src": ICON % size, "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ]
        icons.append(
            {
                "src": ICON % "maskable-512",
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            }
        )
        manifest = {
            "id": HOME,
            "name": env._("Spool Scanner"),
            "short_name": env._("Spools"),
            "description": env._("Scan a spool, and weigh, move or load it."),
            "start_url": HOME,
            "scope": HOME,
            "display": "standalone",
            "orientation": "portrait-primary",
            "background_color": THEME,
            "theme_color": THEME,
            "icons": icons,
            "launch_handler": {"client_mode": "navigate-existing"},
        }
        return request.make_json_response(
            manifest, headers={"Content-Type": "application/manifest+json"}
        )

    @http.route(_worker_url, type="http", auth="public", methods=["GET"])
    def get_scan_worker(self):
        """Send what keeps the app on the phone; it may serve the app's page."""
        with file_open(WORKER, "rb") as file:
            content = file.read()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/javascript; charset=utf-8"),
                ("Service-Worker-Allowed", HOME),
                ("Cache-Control", "no-cache"),
            ],
        )
