{
    "name": "3D Printing: Production",
    "version": "19.0.1.3.0",
    "summary": "Printers, the print queue, and filament taken spool by spool",
    "category": "3D Printing",
    "author": "print3d",
    "license": "AGPL-3",
    "depends": ["print3d_inventory", "mrp_account", "maintenance"],
    "data": [
        "security/print3d_production_groups.xml",
        "security/ir.model.access.csv",
        "security/print3d_production_rules.xml",
        "data/ir_sequence_data.xml",
        "data/product_category_data.xml",
        "data/resource_calendar_data.xml",
        "data/print3d_failure_cause_data.xml",
        "views/print3d_run_views.xml",
        "views/print3d_run_start_views.xml",
        "views/print3d_run_end_views.xml",
        "views/mrp_workcenter_views.xml",
        "views/mrp_production_views.xml",
        "views/print3d_failure_cause_views.xml",
        "views/print3d_slice_views.xml",
        "views/product_product_views.xml",
        "views/print3d_production_menu.xml",
    ],
    "demo": [
        "demo/print3d_production_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "print3d_production/static/src/**/*",
        ],
        "web.assets_tests": [
            "print3d_production/static/tests/tours/**/*",
        ],
    },
}
