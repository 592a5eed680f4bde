import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_sales_licence_refused", {
    steps: () => [
        {
            content: "The quotation says what may not be sold",
            trigger: ".o_print3d_licence_alert:contains('does not allow prints')",
        },
        {
            content: "A salesperson cannot allow it",
            trigger: "body:not(:has(button[name=action_print3d_allow_sale]))",
        },
        {
            content: "Try to sell it",
            trigger: ".o_form_view button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "It is refused with what to do next",
            trigger: ".modal .modal-body:contains('ask an owner to allow')",
        },
        {
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            content: "Ask one",
            trigger: "body:not(:has(.modal)) button[name=action_print3d_ask_owner]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('was asked to allow this sale')",
        },
        {
            content: "The note is in the history",
            trigger: ".o-mail-Activity:contains('Allow or cancel')",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_sales_licence_allowed", {
    steps: () => [
        {
            content: "Allow it",
            trigger: "button[name=action_print3d_allow_sale]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Anna agreed on the phone",
        },
        {
            trigger: ".modal button[name=action_allow]",
            run: "click",
        },
        {
            content: "Nothing speaks against it any more",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(.alert-danger))",
        },
        {
            trigger: ".o_form_view button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "It is sold, and the reason is kept",
            trigger: ".o_arrow_button_current:contains('Sales Order')",
        },
        {
            trigger: ".o-mail-Message:contains('Anna agreed on the phone')",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_sales_royalties", {
    steps: () => [
        {
            content: "Look at the designer",
            trigger: ".o_kanban_record:contains('Tour Designer')",
            run: "click",
        },
        {
            content: "The model and what is owed",
            trigger: ".o_print3d_designer .o_kanban_record:contains('Test Vase')",
        },
        {
            trigger: "button[name=action_print3d_view_royalties]:contains('Due')",
            run: "click",
        },
        {
            content: "Where it comes from",
            trigger:
                ".o_list_renderer .o_data_row:contains('Test Vase'):contains('Due')",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            content: "Pay for it",
            trigger:
                ".o_form_view .o_statusbar_buttons button:contains('Bill Royalties')",
            run: "click",
        },
        {
            content: "What the bill is going to be",
            trigger:
                ".modal .o_field_widget[name=line_ids] .o_data_row:contains('Tour Designer'):contains('4.50')",
        },
        {
            trigger: ".modal button[name=action_bill]",
            run: "click",
        },
        {
            content: "It waits to be looked over",
            trigger:
                ".o_form_view .o_field_widget[name=invoice_line_ids] .o_data_row:contains('3 units')",
        },
        {
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Posted')",
        },
        {
            content: "Which sales it pays for",
            trigger: "button[name=action_print3d_view_royalties]",
            run: "click",
        },
        {
            trigger:
                ".o_list_renderer .o_data_row:contains('Test Vase'):contains('Billed')",
        },
    ],
});
