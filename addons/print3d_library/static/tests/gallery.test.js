import { describe, expect, test } from "@odoo/hoot";
import { moveKey, onlyPictures } from "@print3d_library/gallery/gallery";
import { readSwipe } from "@print3d_library/gallery/lightbox";

describe.current.tags("headless");

test("a picture comes behind another, or first", () => {
    const keys = ["cover", "plate:1", "mesh:2", "picture:3"];
    expect(moveKey(keys, "picture:3", "cover")).toEqual([
        "cover",
        "picture:3",
        "plate:1",
        "mesh:2",
    ]);
    expect(moveKey(keys, "plate:1", "picture:3")).toEqual([
        "cover",
        "mesh:2",
        "picture:3",
        "plate:1",
    ]);
    expect(moveKey(keys, "mesh:2", null)[0]).toBe("mesh:2");
    expect(keys[0]).toBe("cover", { message: "the list given stays as it is" });
});

test("files that are no pictures are left out", () => {
    const files = [
        new File(["x"], "a.png", { type: "image/png" }),
        new File(["x"], "part.stl", { type: "model/stl" }),
        new File(["x"], "photo.heic", { type: "image/heic" }),
        new File(["x"], "unknown"),
    ];
    expect(onlyPictures(files).map(({ name }) => name)).toEqual([
        "a.png",
        "photo.heic",
    ]);
});

test("a finger that goes sideways far enough turns the page", () => {
    const from = { x: 300, y: 300 };
    expect(readSwipe(from, { x: 200, y: 310 })).toBe(1);
    expect(readSwipe(from, { x: 400, y: 290 })).toBe(-1);
    expect(readSwipe(from, { x: 270, y: 300 })).toBe(0);
    expect(readSwipe(from, { x: 200, y: 400 })).toBe(0);
    expect(readSwipe(from, from)).toBe(0);
});
