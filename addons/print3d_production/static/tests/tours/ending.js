import { registry } from "@web/core/registry";

const card = ".o_kanban_record:contains(Ending Clip)";

registry.category("web_tour.tours").add("print3d_end_three_taps", {
    steps: () => [
        {
            content: "first tap: what came off the printer",
            trigger: `${card}:contains(Printing) button[name=action_done]`,
            run: "click",
        },
        {
            content: "second tap: all of it is good",
            trigger: ".modal .o_print3d_all_good",
            run: "click",
        },
        {
            content: "the print has left the board",
            trigger: `body:not(:has(.modal)) .o_kanban_view:not(:has(${card}:contains(Printing)))`,
        },
    ],
});

registry.category("web_tour.tours").add("print3d_end_partly_good", {
    steps: () => [
        {
            trigger: `${card}:contains(Printing) button[name=action_done]`,
            run: "click",
        },
        {
            content: "the fourth copy is bad",
            trigger: ".modal .o_print3d_plate_mark:contains(4)",
            run: "click",
        },
        { trigger: ".modal .o_print3d_plate_mark[aria-pressed=true]:contains(4)" },
        { trigger: ".modal .o_print3d_plate_mark:contains(9)", run: "click" },
        {
            content: "seven are good",
            trigger: ".modal .o_print3d_stepper_value:contains(7)",
        },
        { trigger: ".modal .o_print3d_cause:contains(Warping)", run: "click" },
        { trigger: ".modal .o_print3d_cause.active:contains(Warping)" },
        {
            content: "something went back on the spool",
            trigger: ".modal .o_print3d_used_open",
            run: "click",
        },
        {
            trigger: ".modal .o_print3d_used_back input",
            run: "edit 3 && press Tab",
        },
        { trigger: ".modal .o_print3d_used_back input:value(3)" },
        { trigger: ".modal button[name=action_end]", run: "click" },
        {
            content: "what is missing waits, before everything else",
            trigger: `body:not(:has(.modal)) ${card}:contains(Reprint)`,
        },
    ],
});

registry.category("web_tour.tours").add("print3d_reopen", {
    steps: () => [
        {
            content: "the end stands in the journal",
            trigger: "a[name=journal]",
            run: "click",
        },
        { trigger: ".o_print3d_journal_line:first:contains(Done)" },
        { trigger: "button[name=action_reopen]", run: "click" },
        {
            content: "it says what will happen",
            trigger: ".modal:contains(goes back on its spools) .btn-primary",
            run: "click",
        },
        {
            content: "it prints again",
            trigger:
                "body:not(:has(.modal)) .o_arrow_button_current:contains(Printing)",
        },
        { trigger: "a[name=journal]", run: "click" },
        { trigger: ".o_print3d_journal_line[data-kind=reopened]" },
    ],
});

registry.category("web_tour.tours").add("print3d_flaws", {
    steps: () => [
        {
            content: "on a phone the button may be in the menu of actions",
            trigger: ".o_form_view",
            run() {
                const more = document.querySelector(
                    ".o_statusbar_buttons .dropdown-toggle, .o-statusbar-buttons-more"
                );
                if (!document.querySelector("button[name=action_flaws]") && more) {
                    more.click();
                }
            },
        },
        { trigger: "button[name=action_flaws]", run: "click" },
        {
            content: "it says what happens to pieces in stock",
            trigger: ".modal:contains(scrapped from there)",
        },
        { trigger: ".modal .o_print3d_stepper button:first", run: "click" },
        { trigger: ".modal .o_print3d_piece_bad:contains(1 bad)" },
        { trigger: ".modal .o_print3d_stepper button:first", run: "click" },
        { trigger: ".modal .o_print3d_piece_bad:contains(2 bad)" },
        { trigger: ".modal .o_print3d_cause:contains(Warping)", run: "click" },
        { trigger: ".modal .o_print3d_cause.active:contains(Warping)" },
        { trigger: ".modal button[name=action_note]", run: "click" },
        { trigger: ".o_notification:contains(makes them again)" },
        { trigger: "body:not(:has(.modal)) a[name=journal]", run: "click" },
        {
            trigger:
                ".o_print3d_journal_line[data-kind=corrected]:contains(turned out)",
        },
    ],
});
