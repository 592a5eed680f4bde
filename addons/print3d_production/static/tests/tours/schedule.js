import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_plan_the_queue", {
    steps: () => [
        {
            content: "the queue offers to be planned",
            trigger: ".o_control_panel button:contains(Plan the queue)",
            run: "click",
        },
        {
            content: "what would change, before anything moves",
            trigger:
                ".o_print3d_schedule_table tr:contains(Late) .o_print3d_better:contains(nothing)",
        },
        {
            content: "how evenly the printers are loaded",
            trigger: ".o_print3d_loads li:contains(Printer A):contains(prints)",
        },
        {
            content: "each run with its reason",
            trigger: ".o_data_row:contains(Moved):contains(before it is due)",
        },
        {
            trigger: "button[name=action_apply]",
            run: "click",
        },
        {
            content: "the queue is there, and a way back",
            trigger: ".o_notification:contains(applied)",
        },
        {
            content: "open the run that was put first",
            trigger: ".o_kanban_record:contains(Hurried Part)",
            run: "click",
        },
        {
            trigger: ".o_form_view [name=plan_note]:contains(before it is due)",
        },
        { trigger: "button[name=action_open_pin]", run: "click" },
        {
            content: "the printer of the plan is proposed",
            trigger: ".modal [name=workcenter_id] input:value(Printer A)",
        },
        { trigger: ".modal button[name=action_pin]", run: "click" },
        {
            content: "it is pinned now",
            trigger: "button[name=action_unpin]",
            run: "click",
        },
        { trigger: "button[name=action_open_pin]" },
    ],
});
