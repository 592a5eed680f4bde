import { registry } from "@web/core/registry";

const line = (number) => `.o_print3d_timeline_line[data-version='${number}']`;

registry.category("web_tour.tours").add("print3d_version_round", {
    steps: () => [
        { trigger: ".o_notebook .nav-link:contains(Versions)", run: "click" },
        {
            content: "the first version is the one that is printed",
            trigger: `${line(1)}.o_print3d_timeline_active:contains(not printed yet)`,
        },
        {
            content: "what would the second one change?",
            trigger: `${line(2)} .o_print3d_compare_before`,
            run: "click",
        },
        {
            trigger:
                ".o_print3d_compare_row[data-key=layer_height]:contains(0.2):contains(0.28)",
        },
        {
            content: "50 g of one become 15 g a piece",
            trigger:
                ".o_print3d_compare_effect[data-effect=grams]:contains(50 g):contains(15 g)",
        },
        {
            content: "open it from there",
            trigger: ".o_print3d_compare_side[data-side=new] .o_print3d_compare_open",
            run: "click",
        },
        {
            trigger: ".o_form_statusbar button[name=action_activate]",
            run: "click",
        },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Active)" },
        {
            content: "the bill of materials takes its filament",
            trigger: ".oe_stat_button[name=action_view_bom]",
            run: "click",
        },
        {
            trigger:
                ".o_form_view:has([name=bom_line_ids] .o_data_row:contains(Test PLA White):contains(30)):not(:has(.o_data_row:contains(Black)))",
        },
        {
            trigger:
                ".breadcrumb-item:contains(Tour Bowl), .o_back_button:contains(Tour Bowl)",
            run: "click",
        },
        { trigger: ".o_notebook .nav-link:contains(Versions)", run: "click" },
        {
            content: "back to the first one",
            trigger: `${line(1)} .o_print3d_activate:contains(Roll back)`,
            run: "click",
        },
        {
            content: "what changes is said before",
            trigger:
                ".modal .o_print3d_compare_row:contains(Black):contains(–):contains(50 g)",
        },
        {
            trigger:
                ".modal .o_print3d_compare_row:contains(White):contains(15 g):contains(–)",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit White shows dirt",
        },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        {
            trigger: `${line(1)}.o_print3d_timeline_active:not(:has(.o_print3d_activate))`,
        },
        {
            trigger: `${line(2)} .o_print3d_activate:contains(Roll back)`,
        },
        {
            content: "the page says that it is retired now, and why",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Retired)",
        },
        {
            trigger: `${line(1)} .o_print3d_timeline_name`,
            run: "click",
        },
        { trigger: ".o-mail-Message:contains(White shows dirt)" },
        {
            trigger: ".oe_stat_button[name=action_view_bom]",
            run: "click",
        },
        {
            content: "the bill of materials followed",
            trigger:
                ".o_form_view:has([name=bom_line_ids] .o_data_row:contains(Test PLA Black):contains(50)):not(:has(.o_data_row:contains(White)))",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_file_of_a_print", {
    steps: () => [
        {
            content: "an old print: the variant is archived, its version retired",
            trigger: ".o_form_view button[name=action_download_file]",
        },
        {
            trigger: ".o_form_view button[name=action_view_version]",
            run: "click",
        },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Retired)" },
        { trigger: ".o_form_statusbar button[name=action_download]" },
    ],
});
