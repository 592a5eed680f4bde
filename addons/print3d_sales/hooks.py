def post_init_hook(env):
    """Give the route "Print to order" to the warehouses and models already there."""
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    for warehouse in warehouses:
        warehouse._create_or_update_global_routes_rules()
    templates = env["product.template"].with_context(active_test=False)
    templates.search([("is_print3d_model", "=", True)])._print3d_add_order_route()
