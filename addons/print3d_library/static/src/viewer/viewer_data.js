/**
 * Reading the two binaries of the server: see `mesh/geometry.py` and
 * `slicer/toolpath.py`, which say what is in them.
 */

const MAGIC = { P3DM: "mesh", P3DT: "toolpath" };

/**
 * @param {ArrayBuffer} buffer
 * @returns {{kind: string, header: Object, body: number}} body is where the numbers
 *     begin, a multiple of 4
 */
export function decode(buffer) {
    const view = new DataView(buffer);
    const magic =
        buffer.byteLength >= 8
            ? String.fromCharCode(...new Uint8Array(buffer, 0, 4))
            : "";
    const length = MAGIC[magic] ? view.getUint32(4, true) : 0;
    if (!MAGIC[magic] || 8 + length > buffer.byteLength || length % 4) {
        throw new Error("The server sent something else than a 3D view.");
    }
    const text = new window.TextDecoder().decode(new Uint8Array(buffer, 8, length));
    return { kind: MAGIC[magic], header: JSON.parse(text), body: 8 + length };
}

/** The arrays of one part of a mesh, without a copy. */
export function partArrays(buffer, body, part) {
    const [vertices, vertexCount] = part.vertices;
    const [indices, indexCount] = part.indices;
    return {
        positions: new Float32Array(buffer, body + vertices, vertexCount * 3),
        indices: new Uint32Array(buffer, body + indices, indexCount),
    };
}

/** First and last point (exclusive) of a layer of a toolpath. */
export function layerRange(header, layer) {
    const { layers, points } = header;
    const next = layers[layer + 1];
    return [layers[layer][0], next ? next[0] : points];
}

/** `#RRGGBB` as three numbers up to 1, or of another colour. */
export function toRgb(colour, fallback = "#8FA3B8") {
    const hex = /^#[0-9a-f]{6}/i.test(colour || "") ? colour : fallback;
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}

/** How long a step of the grid is, in mm, for something so large. */
export function gridStep(size) {
    const step = 10 ** Math.floor(Math.log10(Math.max(size, 1) / 3));
    return size / step > 15 ? step * 5 : step;
}
