{
    "name": "3D Printing Library",
    "version": "19.0.1.1.0",
    "summary": "Models, sliced files and their versions, read by the shop itself",
    "category": "3D Printing",
    "author": "print3d",
    "license": "AGPL-3",
    "depends": ["bus", "mail", "product", "queue_job", "web"],
    "data": [
        "security/print3d_library_groups.xml",
        "security/ir.model.access.csv",
        "security/print3d_library_rules.xml",
        "data/print3d_licence_data.xml",
        "data/queue_job_data.xml",
        "data/ir_cron_data.xml",
        "views/print3d_home_views.xml",
        "views/print3d_mesh_views.xml",
        "views/print3d_scan_event_views.xml",
        "wizards/print3d_slice_activation_views.xml",
        "views/print3d_slice_views.xml",
        "views/product_product_views.xml",
        "views/product_template_views.xml",
        "views/print3d_licence_views.xml",
        "views/res_config_settings_views.xml",
        "views/print3d_library_menu.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/res_users_demo.xml",
        "demo/product_demo.xml",
        "demo/print3d_slice_demo.xml",
        "demo/print3d_mesh_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "print3d_library/static/src/**/*",
        ],
        # Loaded when somebody opens a 3D view.
        "print3d_library.assets_three": [
            "print3d_library/static/lib/three/three.min.js",
        ],
        "web.assets_tests": [
            "print3d_library/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "print3d_library/static/tests/**/*.test.js",
        ],
    },
    "application": True,
}
