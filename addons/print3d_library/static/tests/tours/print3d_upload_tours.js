import { registry } from "@web/core/registry";
import { dragenterFiles, dropFiles, inputFiles } from "@web/../tests/utils";

const PAGE = ".o_print3d_upload_page";
const row = (state, name) => `.o_print3d_upload[data-state=${state}]:contains(${name})`;

async function fetchBytes(xmlid) {
    const response = await fetch(`/web/content/print3d_library.${xmlid}`);
    return response.arrayBuffer();
}

registry.category("web_tour.tours").add("print3d_library_upload_page", {
    steps: () => [
        {
            content: "Nothing is here yet: the page says what it takes",
            trigger: `${PAGE} .o_print3d_upload_help`,
        },
        {
            content: "Files wait to be grouped unless one chooses otherwise",
            trigger: `${PAGE} .o_print3d_upload_mode.active:contains(Group them first)`,
        },
        {
            trigger: "body",
            async run() {
                const clip = await fetchBytes("tour_file");
                await inputFiles(".o_print3d_file_input", [
                    new File([clip], "clip.gcode"),
                    new File([await fetchBytes("tour_zip")], "toys.zip"),
                    new File([], "empty.gcode"),
                ]);
            },
        },
        { trigger: `${PAGE} ${row("stored", "clip.gcode")}` },
        {
            content: "The archive is unpacked, each file in its folder",
            trigger: `${PAGE} ${row("stored", "bunny.stl")}:contains(toys/animals)`,
        },
        { trigger: `${PAGE} ${row("failed", "empty.gcode")}:contains(0 bytes)` },
        {
            content: "Only what was refused",
            trigger: `${PAGE} [data-filter=failed]`,
            run: "click",
        },
        { trigger: `${PAGE} .o_print3d_upload_list:not(:contains(clip.gcode))` },
        {
            trigger: `${PAGE} ${row("failed", "empty.gcode")} .o_print3d_upload_remove`,
            run: "click",
        },
        { trigger: `${PAGE} [data-filter=all]`, run: "click" },
        {
            content: "One of them was not meant",
            trigger: `${PAGE} ${row("stored", "extra.stl")} .o_print3d_upload_cancel`,
            run: "click",
        },
        { trigger: `${PAGE} ${row("cancelled", "extra.stl")}` },
        {
            content: "What waits is offered again after the list was cleared",
            trigger: `${PAGE} .o_print3d_upload_clear`,
            run: "click",
        },
        {
            trigger: `${PAGE} .o_print3d_upload_earlier:contains(2 files wait) .o_print3d_upload_group`,
            run: "click",
        },
        {
            content: "The plan proposes models",
            trigger: ".o_form_view:contains(Clip):contains(Bunny)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_upload_many", {
    steps: () => [
        {
            content: "More than a handful dropped on the library go to the page",
            trigger: ".o_print3d_library_screen .o_print3d_upload_button",
        },
        {
            trigger: "body",
            async run() {
                const bytes = await fetchBytes("tour_mesh");
                const files = Array.from({ length: 11 }, (_, index) => {
                    // Each is another: a mesh begins with a text of 80 bytes.
                    const copy = new Uint8Array(bytes.slice(0));
                    copy[70] = index;
                    return new File([copy], `part ${index}.stl`);
                });
                await dragenterFiles(".o_print3d_library_screen", files);
                await dropFiles(".o_print3d_dropzone", files);
            },
        },
        { trigger: `${PAGE} [data-filter=stored]:contains(11)` },
        {
            trigger: `${PAGE} .o_print3d_upload_total .o_print3d_upload_group:enabled`,
            run: "click",
        },
        { trigger: ".o_form_view:contains(Part)" },
    ],
});

registry.category("web_tour.tours").add("print3d_library_upload_storage", {
    steps: () => [
        {
            trigger: `${PAGE} input[value=each]`,
            run: "click",
        },
        { trigger: `${PAGE} .o_print3d_upload_mode.active:contains(Each file)` },
        {
            content: "A file of three parts, and one that is a single request",
            trigger: "body",
            async run() {
                const clip = new Uint8Array(await fetchBytes("tour_file"));
                // Between two moves: slicers write what counts at both ends.
                const middle = clip.indexOf("\n".charCodeAt(0), clip.length / 2) + 1;
                const filler = "; a line of words that say nothing at all\n";
                const large = [
                    clip.slice(0, middle),
                    filler.repeat(17e6 / filler.length),
                    clip.slice(middle),
                ];
                await inputFiles(".o_print3d_file_input", [
                    new File(large, "large.gcode"),
                    new File([await fetchBytes("tour_mesh")], "small.stl"),
                ]);
            },
        },
        { trigger: `${PAGE} ${row("done", "large.gcode")}`, timeout: 60000 },
        {
            trigger: `${PAGE} ${row("done", "small.stl")} .o_print3d_upload_open`,
        },
        {
            content: "The same file again is offered, and not sent",
            trigger: "body",
            async run() {
                await inputFiles(".o_print3d_file_input", [
                    new File([await fetchBytes("tour_mesh")], "again.stl"),
                ]);
            },
        },
        {
            trigger: `${PAGE} ${row("reused", "again.stl")} .o_print3d_upload_open`,
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget:contains(small.stl)" },
    ],
});
