import { registry } from "@web/core/registry";

const row = (tool) =>
    `.o_field_widget[name=filament_line_ids] .o_data_row:nth-child(${tool})`;

registry.category("web_tour.tours").add("print3d_match_filaments", {
    steps: () => [
        { trigger: ".o_notebook .nav-link:contains(Filaments)", run: "click" },
        {
            content: "a match tells how sure it is, and why",
            trigger: `${row(1)} .o_print3d_match:contains(%):contains(Same material)`,
        },
        { trigger: `${row(1)} button[name=action_confirm_match]`, run: "click" },
        { trigger: `${row(1)} .o_print3d_match:contains(Confirmed)` },
        { trigger: `${row(1)} button[name=action_undo_match]`, run: "click" },
        { trigger: `${row(1)} .o_print3d_match:not(:contains(Confirmed))` },
        { trigger: `${row(1)} button[name=action_confirm_match]`, run: "click" },
        { trigger: `${row(1)} .o_print3d_match:contains(Confirmed)` },
        { trigger: `${row(2)} button[name=action_choose_filament]`, run: "click" },
        {
            content: "the closest comes first",
            trigger: ".modal .o_kanban_record:first:contains(PLA Red)",
        },
        {
            trigger:
                ".modal .o_kanban_record:contains(PLA Black) button:contains(Take this)",
            run: "click",
        },
        {
            trigger: `body:not(:has(.modal)) ${row(2)}:contains(PLA Black) .o_print3d_match:contains(Confirmed)`,
        },
        { trigger: `${row(3)} .o_print3d_match:contains(Not found)` },
        { trigger: `${row(3)} button[name=action_create_filament]`, run: "click" },
        {
            content: "the form is filled in from the file",
            trigger: ".modal [name=name] input:value(Tourfil PLA Teal)",
        },
        { trigger: ".modal button[name=action_create]", run: "click" },
        {
            trigger: `body:not(:has(.modal)) ${row(3)}:contains(Tourfil PLA Teal) .o_print3d_match:contains(Confirmed)`,
        },
    ],
});

registry.category("web_tour.tours").add("print3d_forget_filament", {
    steps: () => [
        {
            trigger:
                ".o_data_row:contains(PLA Black):contains(Deep Red) button[name=action_forget]",
            run: "click",
        },
        { trigger: ".o_view_nocontent_smiling_face:contains(Nothing learned yet)" },
    ],
});
