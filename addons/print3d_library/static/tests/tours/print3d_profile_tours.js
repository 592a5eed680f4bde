import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("print3d_library_profile", {
    steps: () => [
        {
            content: "A version that prints well becomes the profile",
            trigger: ".o_print3d_make_profile",
            run: "click",
        },
        {
            content: "What it is for is filled in, and its settings are chosen",
            trigger: ".modal .o_field_widget[name=material] input:value(PLA)",
        },
        {
            trigger:
                ".modal .o_data_row:contains(Density):contains(15) .o_field_widget[name=is_chosen] input:checked",
        },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Tour PLA" },
        { trigger: ".modal button[name=action_create_profile]", run: "click" },
        {
            content: "The profile stands under groups, as the settings of a version do",
            trigger: ".o_form_view .o_print3d_profile_group:contains(Infill)",
        },
        {
            content: "Another version of the shop is not printed so",
            trigger:
                ".oe_stat_button[name=action_view_deviating] .o_stat_value:contains(1)",
        },
        {
            trigger: ".oe_stat_button[name=action_view_deviating]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Tour Hollow) [name=product_id]",
            run: "click",
        },
        {
            content: "It says where, and what was asked for",
            trigger:
                ".o_print3d_deviation[data-key=infill_density]:contains(15):contains(5) .btn:contains(Accept)",
            run: "click",
        },
        {
            trigger: ".o_print3d_deviation_reason input",
            run: "edit It floats",
        },
        { trigger: ".o_print3d_deviation_reason .btn-primary", run: "click" },
        {
            trigger: ".o_print3d_deviations h3:contains(Tour PLA on purpose)",
        },
        {
            content: "Who said so can be looked up",
            trigger: ".o_print3d_deviations .btn-link:contains(Show)",
            run: "click",
        },
        { trigger: ".o_print3d_deviation_accepted:contains(It floats)" },
        {
            content: "A new version of the variant is asked again, in its history, too",
            trigger: ".o_notebook .nav-link:contains(Versions)",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_timeline_line[data-version='1']:not(:has(.o_print3d_deviates))",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_history_of_sales", {
    steps: () => [
        { trigger: ".o_notebook .nav-link:contains(Versions)", run: "click" },
        {
            content: "Sales looks, and changes nothing",
            trigger:
                ".o_print3d_timeline:not(:has(.o_print3d_activate)):not(:has(.o_print3d_retire)):not(:has(.o_print3d_timeline_upload))",
        },
        {
            trigger:
                ".o_print3d_timeline_line[data-version='2'] .o_print3d_compare_before:contains(v1)",
            run: "click",
        },
        {
            content: "What is different, in words and figures",
            trigger:
                ".o_print3d_compare_effect[data-effect=time]:contains(12 min longer)",
        },
        {
            trigger:
                ".o_print3d_compare_row[data-key=infill_density]:contains(15):contains(20)",
        },
        {
            content: "Nothing that is the same",
            trigger:
                ".o_print3d_compare:not(:has(.o_print3d_compare_row[data-key=perimeter_count]))",
        },
        {
            content: "One setting of many is found",
            trigger: ".o_print3d_compare_filter",
            run: "edit layer",
        },
        {
            trigger:
                ".o_print3d_compare:has([data-key=layer_height]):not(:has([data-key=infill_density]))",
        },
        { trigger: ".o_print3d_compare_filter", run: "clear" },
        {
            content: "The other way round",
            trigger: ".o_print3d_compare_swap",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_compare_effect[data-effect=time]:contains(12 min shorter)",
        },
        {
            content: "The address can be sent to somebody",
            trigger: ".o_print3d_compare",
            run() {
                const { pathname, search } = window.location;
                const address = new URLSearchParams(search);
                if (
                    !pathname.endsWith("/print3d-compare") ||
                    !(Number(address.get("old")) > Number(address.get("new")))
                ) {
                    throw new Error(`Not to be shared: ${pathname}${search}`);
                }
            },
        },
    ],
});
