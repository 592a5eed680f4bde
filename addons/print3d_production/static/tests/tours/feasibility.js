import { registry } from "@web/core/registry";

const BAR = ".o_field_print3d_feasibility button.o_print3d_feasibility";
// The panel hangs on its bar, and comes from below on a phone.
const PANEL = ".o_print3d_why";

registry.category("web_tour.tours").add("print3d_feasibility_explained", {
    steps: () => [
        {
            content: "the run lacks filament",
            trigger: `${BAR}:contains(Filament short):contains(100.0 g)`,
            run: "click",
        },
        { trigger: `${PANEL} .o_print3d_why_sum:contains(500 g)` },
        {
            content: "it says who takes what before",
            trigger: `${PANEL} .o_print3d_why_sum:contains(before: Tour Vase)`,
        },
        {
            content: "and what is on its way",
            trigger: `${PANEL}:contains(30 g of P)`,
        },
        { trigger: `${PANEL} button[data-deed=find]`, run: "click" },
        {
            content: "it stands as badly on the other printer",
            trigger:
                ".modal .o_print3d_printer_row[data-printer='Printer B']:contains(Filament short)",
            run: "click",
        },
        {
            content: "the run is on that printer now",
            trigger:
                "body:not(:has(.modal)) .o_form_view:has(.o_field_widget[name=workcenter_id] input:value(Printer B))",
        },
        { trigger: BAR, run: "click" },
        { trigger: `${PANEL} button[data-deed=buy]`, run: "click" },
        {
            content: "a request was made for what is missing",
            trigger:
                ".o_form_view .o_field_widget[name=line_ids]:contains(Test PLA Black)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_feasibility_looked_at", {
    steps: () => [
        { trigger: `${BAR}:contains(Filament short)`, run: "click" },
        { trigger: `${PANEL} .o_print3d_why_sum` },
        {
            content: "whoever looks on is offered nothing to do",
            trigger: `${PANEL}:not(:has(.o_print3d_why_deeds))`,
        },
    ],
});

registry.category("web_tour.tours").add("print3d_plan_swap", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_start]:enabled",
            run: "click",
        },
        {
            content: "both spools are proposed, the loaded one first",
            trigger: ".modal .o_print3d_order li:first-child:contains(first)",
        },
        {
            content: "what is loaded is told",
            trigger: ".modal .o_print3d_tool_loaded:contains(500 g)",
        },
        {
            content: "without the second one",
            trigger: ".modal .o_print3d_spool_chosen:contains(Test Shelf)",
            run: "click",
        },
        {
            content: "it would run out",
            trigger: ".modal .o_print3d_tool_message:contains(150 g are missing)",
        },
        {
            content: "one click plans the swap",
            trigger: ".modal .o_print3d_plan_swap:contains(Test Shelf)",
            run: "click",
        },
        {
            content: "the other way round",
            trigger: ".modal .o_print3d_order li:last-child button",
            run: "click",
        },
        {
            trigger: ".modal .o_print3d_order li:first-child:contains(600 g)",
        },
        { trigger: ".modal button[name=action_start]", run: "click" },
        {
            content: "it prints",
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_arrow_button_current:contains(Printing)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_fetch_spools", {
    steps: () => [
        {
            content: "the spool lies on its shelf",
            trigger:
                ".o_print3d_fetch_place:contains(Test Shelf) .o_print3d_fetch_line:contains(Tour Printer)",
        },
        {
            trigger:
                ".o_print3d_fetch_line:contains(Tour Printer) .o_print3d_fetch_done",
            run: "click",
        },
        {
            content: "what is loaded disappears",
            trigger: ".o_print3d_fetch_none:contains(Nothing has to be fetched)",
        },
        {
            trigger: ".o_print3d_fetch_header button:contains(3 days)",
            run: "click",
        },
        { trigger: ".o_print3d_fetch_header button.active:contains(3 days)" },
    ],
});
