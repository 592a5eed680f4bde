import { registry } from "@web/core/registry";
import { dragenterFiles, dropFiles, inputFiles } from "@web/../tests/utils";

async function fetchFile(xmlid, name) {
    const response = await fetch(`/web/content/print3d_library.${xmlid}`);
    return new File([await response.blob()], name, { type: "text/plain" });
}

registry.category("web_tour.tours").add("print3d_library_upload", {
    steps: () => [
        {
            content: "Choose a sliced file and a picture on the library",
            trigger: ".o_print3d_library_screen .o_print3d_upload_button",
        },
        {
            trigger: "body",
            async run() {
                await inputFiles(".o_print3d_file_input", [
                    await fetchFile("tour_file", "tour_clip.gcode"),
                    new File(["not sliced"], "notes.gcode", { type: "text/plain" }),
                ]);
            },
        },
        {
            content: "The bad file is refused with its reason, the other is read",
            trigger:
                ".o_print3d_upload[data-state=failed]:contains(notes.gcode):contains(cannot be used)",
        },
        {
            content: "The model is on the library, without a reload",
            trigger: ".o_print3d_result_card:contains(Tour clip)",
        },
        {
            trigger:
                ".o_print3d_upload[data-state=done]:contains(tour_clip.gcode) .o_print3d_upload_open",
            run: "click",
        },
        {
            content: "The version says what the file says",
            trigger: ".o_print3d_page .o_print3d_facts:contains(4 min):contains(PETG)",
        },
        { trigger: ".o_notebook .nav-link:contains(Settings)", run: "click" },
        {
            content: "Settings are searched as one types",
            trigger: ".o_print3d_settings input[type=search]",
            run: "edit layer height",
        },
        {
            trigger: ".o_print3d_setting dt:contains(/^layer_height$/)",
        },
        { trigger: ".o_form_statusbar button[name=action_activate]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Active)" },
        {
            content: "Go to the variant",
            trigger:
                ".o_field_widget[name=product_id] a, .o_field_widget[name=product_id] .o_external_button",
            run: "click",
        },
        {
            trigger: ".o_print3d_page .o_print3d_timeline_line:contains(v1)",
        },
        {
            content: "Drop another file anywhere on the variant",
            trigger: "body",
            async run() {
                const files = [await fetchFile("tour_file_2", "tour_clip_six.gcode")];
                await dragenterFiles(".o_print3d_page .o_form_sheet_bg", files);
                await dropFiles(".o_print3d_dropzone", files);
            },
        },
        {
            trigger: ".o_print3d_timeline_line[data-version='2'] .o_print3d_activate",
            run: "click",
        },
        { trigger: ".o_print3d_timeline_line[data-version='2']:contains(Active)" },
        {
            content: "The former version can be rolled back to",
            trigger:
                ".o_print3d_timeline_line[data-version='1'] button:contains(Roll back)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_home", {
    steps: () => [
        {
            content: "What waits for a person, with its action",
            trigger: ".o_print3d_home_row:contains(Tour Lamp) .btn:contains(Activate)",
            run: "click",
        },
        { trigger: ".o_print3d_home_main:not(:contains(Tour Lamp))" },
        {
            trigger: ".o_print3d_home_tile:contains(Tour Lamp)",
            run: "click",
        },
        {
            content: "The model page shows its variant",
            trigger:
                ".o_print3d_page .o_print3d_variant[data-state=ready] .o_print3d_variant_name",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_page .o_print3d_timeline_line:contains(v1):contains(Active)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_mesh", {
    steps: () => [
        {
            content: "Drop a mesh, called as if it were something else, and a page",
            trigger: ".o_print3d_library_screen .o_print3d_upload_button",
            async run() {
                const files = [
                    await fetchFile("tour_mesh", "tour_stand.stl"),
                    new File(["<html></html>"], "page.stl", { type: "model/stl" }),
                ];
                await dragenterFiles(".o_print3d_library_screen", files);
                await dropFiles(".o_print3d_dropzone", files);
            },
        },
        {
            content: "The page is refused with its reason",
            trigger: ".o_print3d_upload[data-state=failed]:contains(page.stl)",
        },
        {
            content: "The mesh is measured; open it",
            trigger:
                ".o_print3d_upload[data-state=done]:contains(tour_stand.stl) .o_print3d_upload_open",
            run: "click",
        },
        {
            content: "Figures first",
            trigger: ".o_print3d_facts:contains(80.4):contains(cm³):contains(140)",
        },
        {
            content: "The preview is there",
            trigger: ".o_print3d_page .o_print3d_thumbnail img",
        },
        {
            content: "The checks are a list to read",
            trigger: ".o_print3d_checklist li[data-key=watertight][data-colour=green]",
        },
        { trigger: ".o_notebook .nav-link:contains(All figures)", run: "click" },
        { trigger: ".o_field_widget[name=longest], .o_field_widget[name=size_x]" },
        {
            content: "Go to the variant",
            trigger:
                ".o_field_widget[name=product_id] a, .o_field_widget[name=product_id] .o_external_button",
            run: "click",
        },
        {
            content: "Drop another mesh on the variant",
            trigger:
                ".o_field_widget[name=print3d_mesh_ids] .o_kanban_record:contains(tour_stand.stl)",
            async run() {
                const files = [await fetchFile("tour_mesh_2", "tour_small.stl")];
                await dragenterFiles(".o_print3d_page .o_form_sheet_bg", files);
                await dropFiles(".o_print3d_dropzone", files);
            },
        },
        {
            content: "Its card appears without a reload, and its file in the list",
            trigger:
                ".o_field_widget[name=print3d_file_ids] .o_data_row:contains(tour_small.stl)",
        },
        {
            trigger:
                ".o_field_widget[name=print3d_mesh_ids] .o_kanban_record:contains(tour_small.stl)",
            run: "click",
        },
        {
            content: "So small a model is probably meant in inches",
            trigger: ".o_print3d_unit_doubt button:contains(Treat as inches)",
            run: "click",
        },
        { trigger: ".o_print3d_facts:contains(12.7 × 25.4 × 38.1)" },
    ],
});
