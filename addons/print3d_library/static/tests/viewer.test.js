import { describe, expect, test } from "@odoo/hoot";
import {
    coarsen,
    decode,
    gridStep,
    layerRange,
    partArrays,
    toRgb,
} from "@print3d_library/viewer/viewer_data";

describe.current.tags("headless");

/** A binary as the server makes it. */
function binary(magic, header, body) {
    let text = JSON.stringify(header);
    text += " ".repeat((4 - (text.length % 4)) % 4);
    const bytes = new Uint8Array(8 + text.length + body.byteLength);
    bytes.set(new window.TextEncoder().encode(magic));
    new DataView(bytes.buffer).setUint32(4, text.length, true);
    bytes.set(new window.TextEncoder().encode(text), 8);
    bytes.set(new Uint8Array(body), 8 + text.length);
    return bytes.buffer;
}

test("a mesh is read without a copy", () => {
    const body = new ArrayBuffer(48);
    new Float32Array(body, 0, 9).set([0, 0, 0, 1, 0, 0, 0, 1, 0.5]);
    new Uint32Array(body, 36, 3).set([2, 1, 0]);
    const part = { vertices: [0, 3], indices: [36, 3] };
    const buffer = binary("P3DM", { parts: [part] }, body);
    const decoded = decode(buffer);
    expect(decoded.kind).toBe("mesh");
    const { positions, indices } = partArrays(buffer, decoded.body, part);
    expect([...positions]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0.5]);
    expect([...indices]).toEqual([2, 1, 0]);
    expect(positions.buffer).toBe(buffer);
});

test("a toolpath is told from a mesh", () => {
    const buffer = binary("P3DT", { points: 0 }, new ArrayBuffer(0));
    expect(decode(buffer).kind).toBe("toolpath");
});

test("anything else is refused", () => {
    for (const bytes of [
        new Uint8Array(0),
        new window.TextEncoder().encode("<html>not found</html>"),
        new Uint8Array([0x50, 0x33, 0x44, 0x4d, 255, 255, 255, 0]),
    ]) {
        expect(() => decode(bytes.buffer)).toThrow(/something else/);
    }
});

test("layers end where the next begins", () => {
    const header = {
        points: 30,
        layers: [
            [0, 0.2],
            [12, 0.4],
        ],
    };
    expect(layerRange(header, 0)).toEqual([0, 12]);
    expect(layerRange(header, 1)).toEqual([12, 30]);
});

test("colours, also those that are none", () => {
    expect(toRgb("#FF0080")).toEqual([1, 0, 128 / 255]);
    expect(toRgb("#ff008080")).toEqual([1, 0, 128 / 255]);
    for (const colour of ["", "red", null, undefined, "#12"]) {
        expect(toRgb(colour, "#000000")).toEqual([0, 0, 0]);
    }
});

test("the grid is neither dense nor empty", () => {
    for (const size of [0.5, 4, 30, 78, 256, 900]) {
        const lines = size / gridStep(size);
        expect(lines).toBeLessThan(31);
    }
    expect(gridStep(60)).toBe(10);
    expect(gridStep(256)).toBe(50);
});

/** A flat square of so many squares a side, 1 mm each, two triangles a square. */
function sheet(side) {
    const positions = [];
    const indices = [];
    for (let y = 0; y <= side; y++) {
        for (let x = 0; x <= side; x++) {
            positions.push(x, y, 0);
            if (x < side && y < side) {
                const at = y * (side + 1) + x;
                indices.push(at, at + 1, at + side + 1);
                indices.push(at + 1, at + side + 2, at + side + 1);
            }
        }
    }
    return [new Float32Array(positions), new Uint32Array(indices)];
}

test("less detail: the same corners and form, fewer triangles", () => {
    const [positions, indices] = sheet(100);
    const coarse = coarsen(positions, indices, 10);
    expect(coarse).toBeInstanceOf(Uint32Array);
    // Ten cells a side, and one more for the corners at the far edge.
    expect(coarse.length / 3).toBe(200);
    const xs = [...coarse].map((corner) => positions[corner * 3]);
    expect(Math.min(...xs)).toBe(0);
    expect(Math.max(...xs)).toBe(100);
});

test("less detail than there is changes nothing", () => {
    const [positions, indices] = sheet(4);
    expect([...coarsen(positions, indices, 64)]).toEqual([...indices]);
    expect(coarsen(positions, indices.subarray(0, 0), 64).length).toBe(0);
});
