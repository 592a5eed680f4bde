from . import print3d_home
from . import print3d_licence_term
from . import print3d_licence_use
from . import print3d_restock_forecast
from . import print3d_royalty
from . import print3d_run
from . import print3d_run_credit
from . import print3d_slice
from . import print3d_trace
from . import account_move
from . import account_move_credit
from . import mrp_production
from . import payment_transaction
from . import product_product
from . import product_template
from . import res_company
from . import res_company_source
from . import res_config_settings
from . import res_partner
from . import sale_order
from . import sale_order_credit
from . import sale_order_figures
from . import sale_order_licence
from . import sale_order_line
from . import sale_order_less
from . import sale_order_source
from . import stock_move
from . import stock_picking
from . import stock_warehouse

# What rules know and do here.
from . import base_automation
from . import ir_actions_server

# Alerts, after what they are of.
from . import account_move_alert
from . import print3d_alert_check
from . import res_company_alert
from . import sale_order_alert
