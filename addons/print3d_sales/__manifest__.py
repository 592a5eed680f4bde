{
    "name": "3D Printing Sales",
    "version": "19.0.1.0.0",
    "summary": "Sell prints: from stock first, the rest printed, at their real cost",
    "category": "3D Printing",
    "author": "print3d",
    "license": "AGPL-3",
    "depends": [
        "delivery",
        "print3d_production",
        "sale_management",
        "sale_mrp",
        "website_sale",
    ],
    "data": [
        "security/print3d_sales_groups.xml",
        "data/stock_route_data.xml",
        "views/print3d_run_views.xml",
        "views/product_template_views.xml",
        "views/sale_order_views.xml",
        "views/print3d_sales_menu.xml",
    ],
    "demo": [
        "demo/res_partner_demo.xml",
        "demo/sale_order_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "print3d_sales/static/src/**/*",
        ],
        "web.assets_tests": [
            "print3d_sales/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "print3d_sales/static/tests/**/*.test.js",
        ],
    },
}
