import { registry } from "@web/core/registry";

const column = (name) => `.o_kanban_group:contains(${name})`;
const card = (name, printer = "First Printer") =>
    `${column(printer)} .o_kanban_record:contains(${name})`;
const place = (name, number, printer = "First Printer") =>
    `${column(printer)} .o_kanban_record:eq(${number}):contains(${name})`;
const focused = (name) => `.o_kanban_record:focus:contains(${name})`;

registry.category("web_tour.tours").add("print3d_queue_keys", {
    steps: () => [
        {
            trigger: card("Tour Cup"),
            run: ({ anchor }) => anchor.focus(),
        },
        { trigger: focused("Tour Cup"), run: "press Shift+ArrowDown" },
        {
            content: "the card moved down and is told of",
            trigger: place("Tour Cup", 1),
        },
        {
            trigger: `body:has(.o_notification:contains(moved)) ${focused("Tour Cup")}`,
            run: "press u",
        },
        {
            content: "and back again",
            trigger: `body:has(.o_notification:contains(Undone)) ${place("Tour Cup", 0)}`,
        },
        { trigger: focused("Tour Cup"), run: "press ArrowDown" },
        { trigger: focused("Tour Bowl"), run: "press Alt+ArrowRight" },
        {
            content: "to the next printer",
            trigger: card("Tour Bowl", "Second Printer"),
        },
        { trigger: focused("Tour Bowl"), run: "press h" },
        {
            content: "on hold",
            trigger: `${card("Tour Bowl", "Second Printer")}:contains(On hold)`,
        },
        { trigger: focused("Tour Bowl"), run: "press h" },
        {
            content: "released",
            trigger: `${card("Tour Bowl", "Second Printer")}:not(:contains(On hold))`,
        },
        { trigger: focused("Tour Bowl"), run: "press s" },
        {
            content: "the dialog that starts it",
            trigger: ".modal button[name=action_start]",
        },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

registry.category("web_tour.tours").add("print3d_queue_drag", {
    steps: () => [
        {
            content: "the second card before the first",
            trigger: place("Tour Bowl", 1),
            run: `drag_and_drop ${place("Tour Cup", 0)}`,
        },
        {
            trigger: `body:has(.o_notification:contains(Tour Bowl):contains(moved)) ${place("Tour Bowl", 0)}`,
        },
        {
            content: "the last card to another printer",
            trigger: card("Tour Vase"),
            run: `drag_and_drop ${column("Second Printer")} .o_kanban_header`,
        },
        {
            content: "undo by the button of the message",
            trigger: `body:has(${card("Tour Vase", "Second Printer")}) .o_notification:contains(Second Printer) button:contains(Undo)`,
            run: "click",
        },
        { trigger: card("Tour Vase") },
        {
            content: "the rest of the queue by material",
            trigger: ".o_control_panel button:contains(Group by material)",
            run: "click",
        },
        {
            trigger: ".modal:contains(changes of spools)",
        },
        { trigger: ".modal button[name=action_group]", run: "click" },
        {
            trigger:
                ".o_notification:contains(Grouped by material) button:contains(Undo)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_queue_list", {
    steps: () => [
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Tour Cup) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Tour Bowl) .o_list_record_selector input",
            run: "click",
        },
        { trigger: "button[name=action_move_dialog]", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=workcenter_id] input",
            run: "edit Second Printer",
        },
        { trigger: ".ui-autocomplete a:contains(Second Printer)", run: "click" },
        {
            trigger:
                ".modal .o_field_widget[name=workcenter_id] input:value(Second Printer)",
        },
        { trigger: ".modal button[name=action_move]", run: "click" },
        {
            content: "both moved at once",
            trigger:
                "body:not(:has(.modal)):has(.o_notification:contains(2 runs)) .o_data_row:contains(Tour Cup):contains(Second Printer)",
        },
        {
            trigger: ".o_notification:contains(2 runs) button:contains(Undo)",
            run: "click",
        },
        {
            content: "and back",
            trigger: ".o_data_row:contains(Tour Cup):contains(First Printer)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_queue_timeline", {
    steps: () => [
        { trigger: ".o_switch_view.o_timeline", run: "click" },
        {
            content: "a row a printer, also for the one without runs",
            trigger:
                ".vis-labelset:contains(First Printer) .vis-label:contains(Second Printer)",
        },
        {
            trigger: ".o_print3d_timeline_assigned:contains(Tour Cup)",
            run: "click",
        },
        { trigger: ".modal .o_form_view:contains(Tour Cup)" },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_print3d_timeline" },
    ],
});

registry.category("web_tour.tours").add("print3d_queue_sales", {
    steps: () => [
        {
            content: "sales sees the card, and cannot take it up",
            trigger: ".o_kanban_record:not(.o_draggable):contains(Tour Cup)",
            run: ({ anchor }) => anchor.focus(),
        },
        { trigger: focused("Tour Cup"), run: "press Shift+ArrowDown" },
        { trigger: place("Tour Cup", 0) },
        { trigger: "body:not(:has(button:contains(Group by material)))" },
    ],
});
