import { registry } from "@web/core/registry";

function pressed(key) {
    return () => {
        document.activeElement.dispatchEvent(
            new window.KeyboardEvent("keydown", {
                key,
                bubbles: true,
                cancelable: true,
            })
        );
    };
}

registry.category("web_tour.tours").add("print3d_library_version", {
    steps: () => [
        {
            content: "An odd value is asked about, in words",
            trigger:
                ".o_print3d_question:contains(80 %):contains(0.39 mm) .btn:contains(Accept)",
            run: "click",
        },
        {
            trigger: ".o_print3d_question_reason input",
            run: "edit Thick on purpose",
        },
        { trigger: ".o_print3d_question_reason .btn-primary", run: "click" },
        {
            content: "Who stands for it is kept",
            trigger: ".o_print3d_accepted summary",
            run: "click",
        },
        { trigger: ".o_print3d_accepted li:contains(Thick on purpose)" },
        {
            content: "Key figures under common names",
            trigger:
                ".o_print3d_key_group[data-group=layers]:contains(Layer height):contains(0.39)",
        },
        {
            content: "Correct one of them",
            trigger: ".o_print3d_key_figure[data-term=layer_height] .o_print3d_correct",
            run: "click",
        },
        {
            trigger: ".o_print3d_correct_dialog input[name=value]",
            run: "edit 0.3",
        },
        {
            trigger: ".o_print3d_correct_dialog input[name=reason]",
            run: "edit Wrong profile",
        },
        { trigger: ".modal .o_print3d_correct_save", run: "click" },
        {
            content: "Both values are there, and why",
            trigger:
                "[data-term=layer_height]:contains(0.3) .o_print3d_corrected:contains(0.39 mm):contains(Wrong profile)",
        },
        {
            content: "Plates are tabs: the arrows walk",
            trigger: ".o_print3d_plate_tab[aria-selected=true]:contains(Plate 1)",
            run() {
                this.anchor.focus();
                pressed("ArrowRight")();
            },
        },
        {
            trigger:
                ".o_print3d_plate_tab[aria-selected=true]:contains(Lids):focus, .o_print3d_plate_tab[aria-selected=true]:contains(Lids)",
            run: pressed("End"),
        },
        {
            trigger: ".o_print3d_plate_tab[aria-selected=true]:contains(Plate 3)",
        },
        {
            content: "The panel shows the chosen plate",
            trigger: "[role=tabpanel] [data-field=layer_count]:contains(30)",
        },
        {
            content: "Correct the time of this plate",
            trigger: "[role=tabpanel] [data-field=time_s] .o_print3d_correct",
            run: "click",
        },
        {
            trigger: ".o_print3d_correct_dialog input[name=hours]",
            run: "edit 2",
        },
        { trigger: ".modal .o_print3d_correct_save", run: "click" },
        {
            trigger:
                "[role=tabpanel] [data-field=time_s]:contains(2 h):has(.o_print3d_corrected)",
        },
        {
            content: "Pieces of a plate are edited in place",
            trigger: "[role=tabpanel] .o_field_widget[name=copies] input",
            run: "edit 4",
        },
        { trigger: ".o_print3d_plate_tab:contains(Plate 1)", run: "click" },
        {
            content: "The other plate has its own",
            trigger: "[role=tabpanel] .o_field_widget[name=copies] input:value(1)",
        },
        {
            content: "Add an own parameter",
            trigger:
                ".o_print3d_own_parameters .o_field_x2many_list_row_add a:contains(Add a parameter)",
            run: "click",
        },
        {
            trigger: ".o_print3d_own_parameters .o_selected_row [name=name] input",
            run: "edit Glue stick",
        },
        {
            trigger: ".o_print3d_own_parameters .o_selected_row [name=value] input",
            run: "edit yes",
        },
        { trigger: ".o_form_button_save", run: "click" },
        {
            trigger: ".o_print3d_own_parameters .o_data_row:contains(Glue stick)",
        },
        { trigger: ".o_notebook .nav-link:contains(Settings)", run: "click" },
        {
            content: "What an object overrides stands beside what it replaces",
            trigger: ".o_print3d_settings_toggle:contains(Only for objects)",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_override:contains(lid):contains(perimeters):contains(instead of 2)",
        },
        {
            content: "Long programs are folded",
            trigger: ".o_print3d_settings_toggle:contains(G-code)",
            run: "click",
        },
        { trigger: ".o_print3d_unfold:contains(Show all)", run: "click" },
        { trigger: ".o_print3d_unfold:contains(Show less)" },
    ],
});

registry.category("web_tour.tours").add("print3d_library_setting_search", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Tour Fine)" },
        {
            trigger: ".o_searchview_input",
            run: "edit tour_marker<0.2",
        },
        {
            content: "Search versions by a setting",
            trigger: ".o_searchview_autocomplete .dropdown-item:contains(Setting)",
            run: "click",
        },
        { trigger: ".o_searchview_facet:contains(tour_marker<0.2)" },
        {
            trigger:
                ".o_list_view:has(.o_data_row:contains(Tour Fine)):not(:has(.o_data_row:contains(Tour Coarse)))",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_activation", {
    steps: () => [
        {
            trigger: ".o_form_statusbar button[name=action_activate]",
            run: "click",
        },
        {
            content: "Activation asks about what nobody answered for",
            trigger: ".modal .o_data_row:contains(80 %)",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Tried on the printer",
        },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Active)" },
        { trigger: ".o_print3d_accepted summary", run: "click" },
        { trigger: ".o_print3d_accepted li:contains(Tried on the printer)" },
    ],
});
