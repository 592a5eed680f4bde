import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_print_and_reprint", {
    steps: () => [
        {
            content: "the run waits in the first column",
            trigger:
                ".o_kanban_group:first:contains(No printer yet) .o_kanban_record:contains(Tour Vase) button[name=action_start]",
            run: "click",
        },
        {
            content: "the loaded spool is proposed",
            trigger: ".modal .o_print3d_spool_chosen:contains(500 g)",
        },
        {
            content: "another spool is chosen",
            trigger: ".modal .o_print3d_spool:contains(1,000 g)",
            run: "click",
        },
        {
            trigger: ".modal .o_print3d_spool_chosen:contains(1,000 g)",
        },
        { trigger: ".modal button[name=action_start]", run: "click" },
        {
            content: "it prints, on top of its printer's column",
            trigger:
                ".o_kanban_group:contains(Tour Printer) .o_kanban_record:contains(Printing) button[name=action_failed]",
            run: "click",
        },
        {
            trigger: ".modal .o_print3d_percent input[type=range]",
            run: "range 40",
        },
        {
            trigger: ".modal .o_print3d_percent output:contains(40)",
        },
        {
            content: "40 % of 50 g",
            trigger: ".modal .o_print3d_used_grams input:value(20)",
        },
        { trigger: ".modal .o_print3d_cause:contains(Spaghetti)", run: "click" },
        { trigger: ".modal .o_print3d_cause.active:contains(Spaghetti)" },
        { trigger: ".modal button[name=action_end]", run: "click" },
        {
            content: "the reprint waits on the printer",
            trigger:
                ".o_kanban_group:contains(Tour Printer) .o_kanban_record:contains(Reprint) button[name=action_start]",
            run: "click",
        },
        { trigger: ".modal button[name=action_start]", run: "click" },
        {
            trigger:
                ".o_kanban_group:contains(Tour Printer) .o_kanban_record:contains(Printing) button[name=action_done]",
            run: "click",
        },
        { trigger: ".modal button[name=action_all_good]", run: "click" },
        {
            content: "nothing is left on the board",
            trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains(Tour Vase)))",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_start_from_home", {
    steps: () => [
        {
            content: "the home page names the print that can start",
            trigger: ".o_print3d_home_row:contains(Tour Vase) button:contains(Start)",
            run: "click",
        },
        { trigger: ".modal .o_print3d_spool_chosen:contains(500 g)" },
        { trigger: ".modal button[name=action_start]", run: "click" },
        {
            content: "the page goes on without it",
            trigger:
                "body:not(:has(.modal)) .o_action_manager:not(:has(.o_print3d_home_row:contains(Tour Vase)))",
        },
    ],
});
