import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_receive_spools", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Test Vendor",
        },
        { trigger: ".dropdown-item:contains(Test Vendor)", run: "click" },
        { trigger: ".o_field_x2many_list_row_add a", run: "click" },
        {
            trigger:
                ".o_selected_row [name=product_id] input, .o_selected_row [name=product_template_id] input",
            run: "edit Tour PETG Teal",
        },
        { trigger: ".dropdown-item:contains(Tour PETG Teal)", run: "click" },
        {
            content: "it is ordered by the spool",
            trigger: ".o_selected_row [name=product_uom_id] input:value(Spool 1 kg)",
        },
        {
            trigger: ".o_selected_row [name=product_qty] input",
            run: "edit 5",
        },
        { trigger: ".o_form_view .o_form_sheet", run: "click" },
        { trigger: "button[name=button_confirm]", run: "click" },
        { trigger: "button[name=action_view_picking]:first", run: "click" },
        {
            content: "the receipt knows its spools",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        { trigger: "button[name=action_print_spool_labels]" },
        { trigger: ".o_navbar_apps_menu button, .o_menu_toggle", run: "click" },
        {
            trigger: "[data-menu-xmlid='print3d_library.print3d_menu_root']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='print3d_inventory.print3d_menu_inventory']",
            run: "click",
        },
        {
            trigger:
                "[data-menu-xmlid='print3d_inventory.print3d_menu_inventory_spools']",
            run: "click",
        },
        { trigger: ".o_searchview_input", run: "edit Tour PETG Teal" },
        { trigger: ".o_searchview_input", run: "press Enter" },
        {
            content: "five spools, each with its gauge",
            trigger:
                ".o_kanban_view:has(.o_kanban_record:not(.o_kanban_ghost):nth-child(5)) .o_print3d_gauge:contains(000)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_merge_spools", {
    steps: () => [
        { trigger: ".o_searchview_input", run: "edit Tour PLA Merge" },
        { trigger: ".o_searchview_input", run: "press Enter" },
        {
            content: "they alone are found before the view is changed",
            trigger:
                ".o_kanban_view:has(.o_kanban_record:contains(Tour PLA Merge)):not(:has(.o_kanban_record:not(.o_kanban_ghost):not(:contains(Tour PLA Merge))))",
        },
        { trigger: ".o_switch_view.o_list", run: "click" },
        {
            content: "both remnants",
            trigger: ".o_list_view .o_data_row:nth-child(2) .o_print3d_gauge",
        },
        {
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        { trigger: "button[name=action_open_merge]", run: "click" },
        {
            content: "the fuller one is offered, with what is on it then",
            trigger: ".modal .o_print3d_gauge:contains(400)",
        },
        { trigger: ".modal button[name=action_save]", run: "click" },
        { trigger: ".o_form_view .o_print3d_gauge_large:contains(400)" },
        {
            trigger: ".o_form_statusbar button[name=action_open_quarantine]",
            run: "click",
        },
        { trigger: ".modal [name=reason] input", run: "edit pops and strings" },
        { trigger: ".modal button[name=action_save]", run: "click" },
        { trigger: ".o_form_view .alert:contains(pops and strings)" },
        {
            trigger: ".o_form_statusbar button[name=action_release]",
            run: "click",
        },
        { trigger: ".o_form_view .o_print3d_state:contains(Stored)" },
    ],
});

registry.category("web_tour.tours").add("print3d_add_spools", {
    steps: () => [
        { trigger: ".o_searchview_input", run: "edit Tour PLA White" },
        { trigger: ".o_searchview_input", run: "press Enter" },
        {
            trigger: ".o_kanban_record:contains(Tour PLA White):contains(no spool)",
            run: "click",
        },
        { trigger: "button[name=action_add_spools]", run: "click" },
        { trigger: ".modal [name=count] input", run: "edit 2" },
        { trigger: ".modal [name=price_per_kg] input", run: "edit 18.50" },
        { trigger: ".modal button[name=action_add]", run: "click" },
        {
            trigger: ".o_kanban_record:contains(Tour PLA White):contains(Sealed)",
            run: "click",
        },
        { trigger: ".o_form_view button[name=action_open_move]", run: "click" },
        { trigger: ".modal [name=location_id] input", run: "edit Tour Slot" },
        { trigger: ".dropdown-item:contains(Tour Slot)", run: "click" },
        { trigger: ".modal button[name=action_move]", run: "click" },
        { trigger: ".o_form_view .o_print3d_state:contains(Loaded)" },
    ],
});
