import { InputError } from "../../core/errors.js";
import { windowAt } from "../../drift/cut-windows.js";
import { DdSketch, KllSketch, LevelCounts, type ProfileCell } from "../../drift/index.js";
import { partitionRows } from "../../drift/partition-rows.js";
import type { BlockLevels } from "./profile-blocks.js";

/** Sketches beyond it would need more memory than a profile may take. */
const MOST_CELLS = 20_000;

/** A feature of the profile. */
export interface ProfileFeature {
  name: string;
  kind: "numeric" | "categorical";
  /** Also make a sketch with a relative error. */
  latency: boolean;
}

/** A column whose values are cells of their own. */
export interface ProfileSlice {
  column: string;
  values: readonly string[];
}

/** Rows to add, by column. */
interface ProfileRows {
  /** Values of a numeric feature; not finite: missing. */
  numbers(feature: string): Float64Array;
  levels(feature: string): BlockLevels;
  /** By slice column, the position among its values; −1: none. */
  slices: readonly Int32Array[];
  /** Number of the window of each row, counted from the epoch; NaN: none. */
  windows: Float64Array | null;
}

/** Makes the cells of a profile from blocks of rows. */
interface ProfileAccumulator {
  add(rows: ProfileRows): void;
  /** In no order. */
  cells(): ProfileCell[];
}

type Sample = ProfileCell["sample"];
type Group = Pick<ProfileCell, "slice" | "window"> & { samples: Adder[] };

interface Adder {
  /** @param rows which ones; undefined: all */
  add(values: Float64Array | BlockLevels, rows?: Int32Array): void;
  sample(): Sample;
}

/**
 * @param windowMs length of the windows that the numbers of windows count
 * @throws InputError (from `add`) when slices and windows make more than 20,000 cells
 */
export function profileAccumulator(
  features: readonly ProfileFeature[],
  slices: readonly ProfileSlice[],
  windowMs: number | null,
): ProfileAccumulator {
  const groups = new Map<string, Group>();
  const codeOf = new Map<number, number>();

  function group(slice: number, value: number, window: number | null): Group {
    const key = `${slice} ${value} ${window}`;
    const known = groups.get(key);
    if (known) return known;
    if ((groups.size + 1) * features.length > MOST_CELLS) {
      throw new InputError(
        `slices and windows make more than ${MOST_CELLS} cells, too many for a profile; take fewer slices, fewer features or longer windows`,
      );
    }
    const made = {
      slice: slice < 0 ? null : Object.fromEntries([[slices[slice].column, slices[slice].values[value]]]),
      window: window === null ? null : windowAt(window, windowMs as number),
      samples: features.map(adder),
    };
    groups.set(key, made);
    return made;
  }

  function addTo({ samples }: Group, columns: readonly (Float64Array | BlockLevels)[], rows?: Int32Array): void {
    for (const [i, sample] of samples.entries()) sample.add(columns[i], rows);
  }

  return {
    add({ numbers, levels, slices: sliced, windows }) {
      const columns = features.map(({ name, kind }) => (kind === "numeric" ? numbers(name) : levels(name)));
      const codes = windows && windowCodes(windows, codeOf);
      const numbersOf = [...codeOf.keys()];
      const addWindows = (slice: number, value: number, rows?: Int32Array) => {
        if (!codes) return;
        for (const [k, part] of partitionRows(codes, numbersOf.length, rows).entries()) {
          if (part.length > 0) addTo(group(slice, value, numbersOf[k]), columns, part);
        }
      };
      addTo(group(-1, 0, null), columns);
      addWindows(-1, 0);
      for (const [slice, places] of sliced.entries()) {
        for (const [value, rows] of partitionRows(places, slices[slice].values.length).entries()) {
          if (rows.length === 0) continue;
          addTo(group(slice, value, null), columns, rows);
          addWindows(slice, value, rows);
        }
      }
    },
    cells: () =>
      [...groups.values()].flatMap(({ slice, window, samples }) =>
        samples.map((one, i) => ({ feature: features[i].name, slice, window, sample: one.sample() })),
      ),
  };
}

/** Codes of windows by the order in which these come; −1: none. */
function windowCodes(windows: Float64Array, at: Map<number, number>): Int32Array {
  const codes = new Int32Array(windows.length);
  let [last, code] = [Number.NaN, -1];
  for (let i = 0; i < windows.length; i++) {
    const window = windows[i];
    // Rows are often in order of time.
    if (window !== last) {
      last = window;
      if (!Number.isNaN(window) && !at.has(window)) at.set(window, at.size);
      code = at.get(window) ?? -1;
    }
    codes[i] = code;
  }
  return codes;
}

function adder(feature: ProfileFeature): Adder {
  return feature.kind === "numeric" ? numberAdder(feature.latency) : levelAdder();
}

function numberAdder(isLatency: boolean): Adder {
  const sketch = new KllSketch();
  const latency = isLatency ? new DdSketch() : undefined;
  let n = 0;
  return {
    add(values, rows) {
      n += rows?.length ?? (values as Float64Array).length;
      const finite = finiteOf(values as Float64Array, rows);
      sketch.updateMany(finite);
      latency?.updateMany(finite);
    },
    sample: () => ({ kind: "numeric-sketch", n, missing: n - sketch.n, sketch, ...(latency && { latency }) }),
  };
}

let scratch = new Float64Array(0);

/** The finite ones of values, in memory that the next call uses again. */
function finiteOf(values: Float64Array, rows?: Int32Array): Float64Array {
  const n = rows?.length ?? values.length;
  if (scratch.length < n) scratch = new Float64Array(n);
  let count = 0;
  for (let k = 0; k < n; k++) {
    const value = values[rows ? rows[k] : k];
    // What is not finite gives NaN here.
    if (value - value === 0) scratch[count++] = value;
  }
  return scratch.subarray(0, count);
}

function levelAdder(): Adder {
  const counts = new LevelCounts();
  let n = 0;
  return {
    add(values, rows) {
      const { codes, levels } = values as BlockLevels;
      n += rows?.length ?? codes.length;
      for (const [code, count] of countCodes(codes, levels.length, rows)) counts.add(levels[code], count);
    },
    sample: () => ({ kind: "level-sketch", n, missing: n - counts.n, levels: counts }),
  };
}

let tally = new Float64Array(0);

/** Rows by code, for codes that occur, in the order in which they come first. */
function countCodes(codes: ArrayLike<number>, levels: number, rows?: Int32Array): [number, number][] {
  if (tally.length < levels) tally = new Float64Array(levels);
  const found: number[] = [];
  const n = rows?.length ?? codes.length;
  for (let k = 0; k < n; k++) {
    const code = codes[rows ? rows[k] : k];
    if (code >= 0 && tally[code]++ === 0) found.push(code);
  }
  return found.map((code) => {
    const count = tally[code];
    tally[code] = 0;
    return [code, count];
  });
}
