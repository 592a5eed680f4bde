import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_alerts_bell", {
    steps: () => [
        { trigger: ".o_print3d_alert_count:contains(1)" },
        { trigger: ".o_print3d_alert_bell button", run: "click" },
        { trigger: ".o_print3d_alert_sheet .o_print3d_alert_title:contains(Tour low)" },
        {
            content: "what it is about is one click away",
            trigger: "[data-action=weigh]",
            run: "click",
        },
        { trigger: ".modal .o_form_view" },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_print3d_alert_bell button", run: "click" },
        { trigger: ".o_print3d_alert_sheet button[name=acknowledge]", run: "click" },
        {
            content: "nobody needs to be told any more",
            trigger: ".o_print3d_alert_bell:not(:has(.o_print3d_alert_count))",
        },
        { trigger: ".o_print3d_alert_sheet button[name=resolve]", run: "click" },
        { trigger: ".o_print3d_alert_empty" },
        {
            content: "not so fast",
            trigger: ".o_notification_buttons button:contains(Undo)",
            run: "click",
        },
        { trigger: ".o_print3d_alert_title:contains(Tour low)" },
        { trigger: ".o_print3d_alert_all", run: "click" },
        {
            content: "in the list, for many at once",
            trigger: ".o_data_row:contains(Tour low) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_open_mute]",
            run: "click",
        },
        { trigger: ".modal button[name=action_mute]", run: "click" },
        {
            trigger: ".o_data_row:contains(Tour low) [name=state]:contains(Muted)",
        },
        { trigger: ".o_data_row:contains(Tour low) td[name=name]", run: "click" },
        { trigger: ".o_form_view button[name=action_unmute]", run: "click" },
        {
            content: "the journal says all of it",
            trigger:
                ".o_field_widget[name=event_ids] .o_data_row:contains(Resolved), .o_field_widget[name=event_ids] .o_kanban_record:contains(Resolved)",
        },
        { trigger: "button[name=action_open_source]", run: "click" },
        {
            content: "the page of the spool tells of it as well",
            trigger: ".o_print3d_alert_band .o_print3d_alert_title:contains(Tour low)",
        },
        {
            trigger: ".o_print3d_alert_band button[name=resolve]",
            run: "click",
        },
        { trigger: ".o_form_view:not(:has(.o_print3d_alert_band))" },
    ],
});
