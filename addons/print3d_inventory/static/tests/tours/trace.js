import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_recall_a_batch", {
    steps: () => [
        {
            trigger: ".o_print3d_trace_search input",
            run: "edit B_77",
        },
        {
            trigger: ".o_print3d_finder_found li:contains('Batch B_77%')",
            run: "click",
        },
        {
            trigger: ".o_print3d_trace_header h1:contains('Batch B_77%')",
        },
        {
            trigger:
                "[data-key='customers'] td[data-label='Telephone']:contains('555 0100')",
        },
        {
            trigger: "button:contains('Quarantine all spools')",
            run: "click",
        },
        {
            trigger: ".modal textarea",
            run: "edit Brittle batch",
        },
        {
            trigger: ".modal footer .btn-primary:enabled",
            run: "click",
        },
        {
            trigger: "[data-key='spools'] .o_print3d_trace_aside",
        },
        {
            trigger: ".o_print3d_trace_header .btn:contains('Begin a recall')",
            run: "click",
        },
        {
            trigger: ".modal textarea",
            run: "edit Brittle batch",
        },
        {
            trigger: ".modal footer .btn-primary:enabled",
            run: "click",
        },
        {
            trigger:
                ".o_form_view .o_print3d_trace_section[data-key='customers']:contains('Trace Customer')",
        },
    ],
});
