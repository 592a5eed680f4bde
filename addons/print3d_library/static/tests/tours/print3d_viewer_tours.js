import { registry } from "@web/core/registry";

const READY = ".o_print3d_viewer[data-status=ready]";

/** Triangles in the frame that was drawn last. */
function drawn() {
    return Number(document.querySelector(READY).dataset.drawn);
}

/** Wait until a frame is drawn for which it is so. */
async function untilDrawn(isSo, what) {
    for (let attempt = 0; attempt < 100; attempt++) {
        if (isSo(drawn())) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${what}: ${drawn()} triangles are drawn`);
}

function slide(input, value) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
}

registry.category("web_tour.tours").add("print3d_library_viewer_mesh", {
    steps: () => [
        {
            content: "The picture is first",
            trigger: ".o_print3d_viewer_picture .o_print3d_viewer_open",
            run: "click",
        },
        {
            content: "All triangles are drawn",
            trigger: READY,
            run: () => untilDrawn((count) => count === 6336, "Both parts"),
        },
        { trigger: ".o_print3d_viewer_list", run: "click" },
        {
            content: "Hide the egg, keep the nest",
            trigger: ".o_print3d_viewer_parts label:contains(Egg) input",
            run: "click",
        },
        {
            trigger: READY,
            run: () => untilDrawn((count) => count > 0 && count < 3000, "The nest"),
        },
        { trigger: ".o_print3d_viewer_section", run: "click" },
        { trigger: ".o_print3d_viewer_value:contains(Cut at 24.5 mm)" },
        {
            content: "Turn by keys, without the page taking them",
            trigger: ".o_print3d_viewer canvas",
            run({ anchor }) {
                for (const key of ["ArrowLeft", "ArrowUp", "+", "-", "r"]) {
                    const ev = new window.KeyboardEvent("keydown", {
                        key,
                        bubbles: true,
                        cancelable: true,
                    });
                    if (anchor.dispatchEvent(ev)) {
                        throw new Error(`${key} does nothing`);
                    }
                }
            },
        },
        { trigger: ".o_print3d_viewer_close", run: "click" },
        { trigger: ".o_print3d_viewer_picture img" },
    ],
});

registry.category("web_tour.tours").add("print3d_library_viewer_plate", {
    steps: () => [
        { trigger: ".o_print3d_viewer_open", run: "click" },
        {
            content: "Whole, with the last layer",
            trigger: `${READY}[data-kind=toolpath]`,
            run: () => untilDrawn((count) => count > 50000, "The plate"),
        },
        { trigger: ".o_print3d_viewer_value:contains(Layer 140 of 140)" },
        {
            trigger: ".o_print3d_viewer_slider input",
            run: ({ anchor }) => slide(anchor, 9),
        },
        { trigger: ".o_print3d_viewer_value:contains(Layer 10 of 140)" },
        {
            trigger: READY,
            run: () => untilDrawn((count) => count > 0 && count < 30000, "Ten layers"),
        },
        { trigger: ".o_print3d_viewer_only", run: "click" },
        { trigger: ".o_print3d_viewer_list", run: "click" },
        { trigger: ".o_print3d_viewer_parts label:contains(Tool 2)" },
        { trigger: ".o_print3d_viewer_play", run: "click" },
        { trigger: ".o_print3d_viewer_value:not(:contains(Layer 10 of))" },
        { trigger: ".o_print3d_viewer_close", run: "click" },
        { trigger: ".o_print3d_viewer_picture" },
    ],
});
