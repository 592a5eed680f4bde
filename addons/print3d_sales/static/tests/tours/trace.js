import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_trace_an_order", {
    steps: () => [
        {
            trigger: ".o_form_view",
        },
        {
            trigger:
                ".o-form-buttonbox button[name='action_print3d_trace'], .o-form-buttonbox .o_button_more",
            run: "click",
        },
        {
            trigger: ".o_print3d_trace_header h1:contains('Order')",
        },
        {
            trigger:
                "[data-key='spools'] .o_print3d_trace_group button:contains('Follow the batch')",
            run: "click",
        },
        {
            trigger: ".o_print3d_trace_header h1:contains('Batch BATCH-1')",
        },
        {
            trigger: "[data-key='customers'] td:contains('Tour Customer')",
        },
    ],
});
