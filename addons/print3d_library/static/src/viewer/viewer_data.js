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

/**
 * The triangles of a mesh in less detail: corners in one cell of a grid become one.
 *
 * @param {Float32Array} positions three numbers a corner
 * @param {Uint16Array|Uint32Array} indices three corners a triangle
 * @param {number} cells how many along the longest side
 * @returns {Uint16Array|Uint32Array} triangles of the same corners
 */
export function coarsen(positions, indices, cells) {
    const lowest = [Infinity, Infinity, Infinity];
    const highest = [-Infinity, -Infinity, -Infinity];
    for (let at = 0; at < positions.length; at++) {
        lowest[at % 3] = Math.min(lowest[at % 3], positions[at]);
        highest[at % 3] = Math.max(highest[at % 3], positions[at]);
    }
    const size = Math.max(...highest.map((value, axis) => value - lowest[axis])) || 1;
    const cellOf = (corner, axis) =>
        Math.floor(((positions[corner * 3 + axis] - lowest[axis]) / size) * cells);
    const firsts = new Map();
    const stands = new Uint32Array(positions.length / 3);
    for (let corner = 0; corner < stands.length; corner++) {
        const key =
            (cellOf(corner, 0) * (cells + 1) + cellOf(corner, 1)) * (cells + 1) +
            cellOf(corner, 2);
        if (!firsts.has(key)) {
            firsts.set(key, corner);
        }
        stands[corner] = firsts.get(key);
    }
    const kept = [];
    for (let at = 0; at < indices.length; at += 3) {
        const [a, b, c] = [0, 1, 2].map((next) => stands[indices[at + next]]);
        if (a !== b && b !== c && c !== a) {
            kept.push(a, b, c);
        }
    }
    return indices.constructor.from(kept);
}
