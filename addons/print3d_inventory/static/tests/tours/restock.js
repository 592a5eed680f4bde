import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_make_thing_and_rule", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] textarea", run: "edit Tour Nozzle" },
        {
            content: "it is a consumable until somebody says something else",
            trigger: ".o_field_widget[name=print3d_kind]",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved", content: "saved" },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains(Things)",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:contains(Tour Nozzle) button[name=action_make_reorder_rules]",
            run: "click",
        },
        {
            content: "below one it is ordered, as long as nothing is known",
            trigger:
                ".o_data_row:contains(Tour Nozzle) [name=print3d_reorder_point]:contains(1.00)",
        },
    ],
});

const row = ".o_data_row:contains(Tour Glue)";

registry.category("web_tour.tours").add("print3d_explain_reorder_point", {
    steps: () => [
        { trigger: `${row} .o_print3d_figure`, run: "click" },
        {
            content: "the arithmetic stands there",
            trigger:
                ".o_print3d_figure_lines:contains(Use of a usual day):contains(Safety stock)",
        },
        {
            content: "each number leads to its source",
            trigger: ".o_print3d_figure_lines li:contains(Use of a usual day) button",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains(What Was Used)" },
        { trigger: ".o_data_row:contains(Tour Glue)" },
        {
            trigger: ".breadcrumb-item a:contains(Reorder Rules), .o_back_button",
            run: "click",
        },
        { trigger: `${row} .o_data_cell[name=product_id]`, run: "click" },
        {
            content: "its stock of the coming days is drawn",
            trigger: ".o_form_view .o_print3d_stock_ahead canvas",
        },
        {
            trigger: ".o_print3d_stock_ahead summary:contains(As a table)",
            run: "click",
        },
        { trigger: ".o_print3d_stock_ahead table td:contains(Units)" },
        {
            trigger: ".o_field_widget[name=print3d_mode] label:contains(By hand)",
            run: "click",
        },
        { trigger: ".o_field_widget[name=product_min_qty] input", run: "edit 3" },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "what would be learned is shown beside",
            trigger: ".alert:contains(Learned, it would be ordered below)",
        },
        { trigger: "button[name=action_use_suggestion]", run: "click" },
        { trigger: ".o_form_view:not(:has(.alert:contains(Learned, it would)))" },
    ],
});
