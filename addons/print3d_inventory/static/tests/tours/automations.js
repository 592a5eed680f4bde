import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_simulate_a_rule", {
    steps: () => [
        {
            trigger:
                ".o_kanban_record:contains('Order a kilogram') button:contains('Simulate')",
            run: "click",
        },
        {
            trigger: ".o_form_view .alert-success:contains('Nothing was written')",
        },
        {
            trigger: ".o_field_widget[name='line_ids'] :contains('Request 1000 g')",
        },
        {
            trigger: "button[name='action_view_lines']",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_group_header",
        },
        {
            trigger: ".breadcrumb-item:contains('Simulation')",
            run: "click",
        },
        {
            trigger: "button[name='action_switch_on']",
            run: "click",
        },
        {
            trigger: ".breadcrumb-item:contains('Automations')",
            run: "click",
        },
        {
            trigger:
                ".o_kanban_record:contains('Order a kilogram') input[type='checkbox']:checked",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_make_a_rule", {
    steps: () => [
        {
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name='name'] textarea, .o_field_widget[name='name'] input",
            run: "edit Tell me of new spools",
        },
        {
            trigger: ".o_field_widget[name='print3d_subject'] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains('Spool')",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name='print3d_event'] label:contains('It is new')",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='action_server_ids'] .o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='print3d_kind'] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains('Raise an alert')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='print3d_text'] textarea",
            run: "edit {name} has come",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name='action_server_ids'] .o_kanban_record:contains('has come')",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".alert-info:contains('Spool: when one is new')",
        },
    ],
});
