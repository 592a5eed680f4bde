from . import test_print3d_connection
from . import test_alert_checks
from . import test_printer_webhook
from . import test_rights
from . import test_webhook_adapter
