import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_sales_credit", {
    steps: () => [
        {
            content: "One of four did not come out",
            trigger: "button[name=action_credit]:contains('Credit the customer')",
            run: "click",
        },
        {
            content: "Read what happens",
            trigger: ".modal td[name=what]:contains('3 ordered instead of 4')",
        },
        {
            trigger: ".modal footer button[name=action_credit]",
            run: "click",
        },
        {
            content: "The credit note is a draft, and knows its print",
            trigger: "button[name=action_print3d_view_runs]:contains('Prints')",
            run: "click",
        },
        {
            content: "The print shows its credit note, and credits nothing again",
            trigger:
                ".o_form_view:not(:has(button[name=action_credit])) button[name=action_view_credits]",
        },
    ],
});
