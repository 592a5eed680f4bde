import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";

registry.category("web_tour.tours").add("print3d_print_labels", {
    steps: () => [
        { trigger: ".o_kanban_record:not(.o_kanban_ghost)" },
        { trigger: ".o_searchview_input", run: "edit Labelled PLA" },
        { trigger: ".o_searchview_input", run: "press Enter" },
        { trigger: ".o_kanban_record:contains(Labelled PLA)" },
        { trigger: ".o_searchview_facet:contains(Labelled PLA)" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_data_row:nth-child(3):contains(Labelled PLA)" },
        { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { trigger: "button[name=action_print_labels]", run: "click" },
        {
            content: "one label a page, as it will be printed",
            trigger: ".o_print3d_labels_paper svg text:contains(SP)",
        },
        {
            trigger: "#o_print3d_labels_paper",
            run: "select avery-l7160",
        },
        {
            content: "the sheet has a place to click for each label",
            trigger: ".o_print3d_labels_cell:nth-child(22)",
        },
        { trigger: "button[title='Begin with label 20']", run: "click" },
        {
            content: "the third label goes to the next sheet",
            trigger: ".o_print3d_labels_preview:contains(3 labels · 2 sheets)",
        },
        { trigger: ".o_print3d_labels_cell.o_used:nth-child(20)" },
        { trigger: "#o_print3d_labels_start:value(20)" },
        { trigger: "button[aria-label='Next page']", run: "click" },
        { trigger: ".o_print3d_labels_preview:contains(2 of 2)" },
        { trigger: "#o_print3d_labels_copies", run: "edit 2 && press Tab" },
        { trigger: ".o_print3d_labels_preview:contains(6 labels · 2 sheets)" },
        { trigger: "#o_print3d_labels_paper", run: "select zpl-57x32" },
        { trigger: "#o_print3d_labels_dpi", run: "select 300" },
        { trigger: ".o_print3d_labels_print:contains(Download)" },
        { trigger: "#o_print3d_labels_paper", run: "select dymo-11354" },
        {
            trigger: ".o_print3d_labels_preview:contains(6 labels):contains(1 of 6)",
        },
        {
            trigger: ".o_print3d_labels_print:contains(Print)",
            run({ click }) {
                // The file opens in a tab of its own, which would outlive the test.
                patch(browser, { open: () => ({}) });
                return click();
            },
        },
        { trigger: "body:not(:has(.o_print3d_labels))" },
    ],
});
