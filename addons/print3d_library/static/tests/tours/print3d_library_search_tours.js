import { waitUntil } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const CARD = ".o_print3d_result_card";
const INPUT = ".o_print3d_search_input";
const COUNT = ".o_print3d_count";

const onlyCards = (...names) => ({
    content: `Found: ${names.join(", ")}`,
    trigger: `.o_print3d_results[aria-busy=false] ${COUNT}:contains(/^${names.length} model/)`,
    run() {
        const shown = [...document.querySelectorAll(".o_print3d_result_link")].map(
            (link) => link.textContent.trim()
        );
        const wanted = [...names].sort().join();
        if (shown.sort().join() !== wanted) {
            throw new Error(`Found ${shown.join()} instead of ${wanted}`);
        }
    },
});

registry.category("web_tour.tours").add("print3d_library_search", {
    steps: () => [
        {
            content: "Everything is there to begin with",
            trigger: `${CARD}:contains(Tour dragon egg)`,
        },
        {
            content: "Words, with a typo",
            trigger: INPUT,
            run: "edit dargon",
        },
        {
            trigger: ".o_print3d_corrected:contains(dragon)",
        },
        onlyCards("Tour dragon egg"),
        {
            content: "A name of a setting is suggested",
            trigger: INPUT,
            run: "edit nozz",
        },
        {
            trigger: ".o_print3d_suggestion[data-kind=setting]:contains(nozzle=0.6)",
            run: "click",
        },
        {
            content: "A setting with its value",
            trigger: INPUT,
            run: "edit nozzle=0.6 && press Enter",
        },
        {
            trigger: ".o_print3d_term[data-kind=setting]:contains(Nozzle)",
        },
        onlyCards("Tour spiral vase"),
        {
            content: "A favourite with one click",
            trigger: `${CARD} .o_print3d_result_heart`,
            run: "click",
        },
        {
            trigger: `${CARD} .o_print3d_result_heart[aria-pressed=true]`,
        },
        {
            trigger: ".o_print3d_search_clear",
            run: "click",
        },
        {
            content: "A facet",
            trigger:
                ".o_print3d_facet[data-facet=material] .o_print3d_choice:contains(PLA) input",
            run: "click",
        },
        onlyCards("Tour dragon egg", "Tour cable clip"),
        {
            content: "A second one, as a figure",
            trigger: ".o_print3d_facet[data-facet=time] input[data-end=low]",
            run: "edit 4h && press Enter",
        },
        onlyCards("Tour dragon egg"),
        {
            content: "Each can be taken away",
            trigger: ".o_print3d_active_facet[data-facet=time] button",
            run: "click",
        },
        onlyCards("Tour dragon egg", "Tour cable clip"),
        {
            trigger: ".o_print3d_active_facet[data-facet=material] button",
            run: "click",
        },
        {
            content: "My favourites",
            trigger: ".o_print3d_facet[data-facet=favourite] input",
            run: "click",
        },
        onlyCards("Tour spiral vase"),
        {
            trigger: ".o_print3d_active_facet[data-facet=favourite] button",
            run: "click",
        },
        {
            content: "The same as a list, the quickest first",
            trigger: ".o_print3d_view_switch [data-view=list]",
            run: "click",
        },
        {
            trigger: ".o_print3d_table .o_print3d_column_sort[data-sort=name]",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_table:has(th[aria-sort=ascending]:contains(Model)) tbody tr:first:contains(Tour cable clip)",
        },
        {
            content: "Open one, and come back to where one was",
            trigger: ".o_print3d_result_link:contains(Tour dragon egg)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name]",
        },
        {
            trigger: ".o_breadcrumb a:contains(Library)",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_table:has(th[aria-sort=ascending]:contains(Model)) .o_print3d_result_row:contains(Tour dragon egg)",
        },
        {
            content: "The same with the browser's own “back”",
            trigger: ".o_print3d_result_link:contains(Tour dragon egg)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name]",
            async run() {
                // The address follows what is shown.
                await waitUntil(() =>
                    window.location.pathname.includes("print3d-models")
                );
                window.history.back();
            },
        },
        {
            trigger:
                ".o_print3d_table:has(th[aria-sort=ascending]:contains(Model)) .o_print3d_result_link:contains(Tour dragon egg):focus",
        },
        {
            content: "Archive one and think better of it",
            trigger:
                ".o_print3d_result_row:contains(Tour dragon egg) .o_print3d_result_check input",
            run: "click",
        },
        {
            trigger: ".o_print3d_selection [data-action=archive]",
            run: "click",
        },
        {
            trigger: ".o_print3d_table:not(:contains(Tour dragon egg))",
        },
        {
            trigger: ".o_notification_buttons button:contains(Undo)",
            run: "click",
        },
        {
            trigger: ".o_print3d_result_row:contains(Tour dragon egg)",
        },
        {
            content: "Cards again, for the next who looks",
            trigger: ".o_print3d_view_switch [data-view=grid]",
            run: "click",
        },
        {
            content: "What is searched often is at hand",
            trigger: INPUT,
            run: "click",
        },
        {
            trigger: ".o_print3d_suggestion[data-kind=recent]:contains(nozzle=0.6)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_select", {
    steps: () => [
        {
            trigger: `${CARD} .o_print3d_result_check input`,
            run: "click",
        },
        {
            trigger: ".o_print3d_selection:contains(1 selected) .o_print3d_select_all",
            run: "click",
        },
        {
            content: "Look at them in the list of models",
            trigger: ".o_print3d_selection:contains(3 selected) [data-action=list]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:eq(2)",
        },
        {
            trigger: ".o_breadcrumb a:contains(Library)",
            run: "click",
        },
        {
            content: "They are still selected",
            trigger: ".o_print3d_selection:contains(3 selected) [data-action=archive]",
            run: "click",
        },
        {
            content: "Nothing is left, and it says what belongs here",
            trigger: ".o_print3d_empty:contains(Drop your first file here)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_sales", {
    steps: () => [
        {
            content: "Who sells does not select and does not upload",
            trigger:
                ".o_print3d_library_screen:not(:has(.o_print3d_result_check)):not(:has(.o_print3d_upload_button))",
        },
        {
            trigger: INPUT,
            run: "edit designer:anna && press Enter",
        },
        onlyCards("Tour dragon egg"),
        {
            content: "A setting that no file has is named",
            trigger: INPUT,
            run: "edit tour wobble_height=3 && press Enter",
        },
        {
            trigger:
                ".o_print3d_term_error:contains(No file states a setting “wobble_height”)",
        },
        {
            content: "What is too much is taken away",
            trigger: ".o_print3d_empty .o_print3d_remove_term",
            run: "click",
        },
        onlyCards("Tour dragon egg", "Tour spiral vase", "Tour cable clip"),
        {
            trigger: INPUT,
            run: "edit zebra && press Enter",
        },
        {
            content: "Nothing found, and a way back",
            trigger: ".o_print3d_empty .o_print3d_show_all",
            run: "click",
        },
        {
            trigger: ".o_print3d_result_link:contains(Tour cable clip)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name]",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_address", {
    steps: () => [
        {
            trigger: ".o_print3d_active_facet[data-facet=material]:contains(PETG)",
        },
        {
            trigger: ".o_print3d_result_row:contains(Tour spiral vase)",
        },
        onlyCards("Tour spiral vase"),
        {
            content: "“Back” undoes a step",
            trigger: ".o_print3d_active_facet[data-facet=material] button",
            run: "click",
        },
        onlyCards("Tour dragon egg", "Tour spiral vase", "Tour cable clip"),
        {
            trigger: "body",
            run: () => window.history.back(),
        },
        {
            trigger: ".o_print3d_active_facet[data-facet=material]:contains(PETG)",
        },
        onlyCards("Tour spiral vase"),
    ],
});

registry.category("web_tour.tours").add("print3d_library_phone", {
    steps: () => [
        {
            content: "Facets are in a sheet",
            trigger:
                ".o_print3d_library_screen:not(:has(.o_print3d_library_side)) .o_print3d_filters",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_drawer .o_print3d_facet[data-facet=material] .o_print3d_choice:contains(PETG) input",
            run: "click",
        },
        {
            content: "It says how much is left",
            trigger: ".o_print3d_drawer_done:contains(Show 1 model)",
            run: "click",
        },
        {
            trigger: ".o_print3d_filters .badge:contains(1)",
        },
        onlyCards("Tour spiral vase"),
        {
            content: "Nothing sticks out to the side",
            trigger: ".o_print3d_view_switch [data-view=list]",
            run: "click",
        },
        {
            trigger: ".o_print3d_result_row:contains(Tour spiral vase)",
            run() {
                const { scrollWidth, clientWidth } = document.documentElement;
                const table = document.querySelector(".o_print3d_table");
                if (scrollWidth > clientWidth || table.offsetWidth > clientWidth) {
                    throw new Error(`${table.offsetWidth} px on ${clientWidth}`);
                }
            },
        },
        {
            trigger: ".o_print3d_view_switch [data-view=grid]",
            run: "click",
        },
        {
            trigger: `${CARD} .o_print3d_result_check input`,
            run: "click",
        },
        {
            trigger: ".o_print3d_selection:contains(1 selected) .o_print3d_unselect",
            run: "click",
        },
    ],
});
