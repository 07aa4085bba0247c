import { InputError } from "../../core/errors.js";
import type { RegionKind } from "./types.js";

/** Grids by their names on the command line: what their number is, its least and its greatest value. */
const GRIDS = {
  h3: { what: "resolution", least: 0, most: 15 },
  geohash: { what: "precision", least: 1, most: 12 },
  tiles: { what: "zoom", least: 1, most: 22 },
} as const;

const isGrid = (name: string): name is keyof typeof GRIDS => Object.hasOwn(GRIDS, name);

/**
 * The grid that a text like `h3:9`, `geohash:6` or `tiles:14` names; null where it names none, and so may name a file.
 *
 * @throws InputError for a number outside of the grid's range
 */
export function parseRegionKind(text: string): Exclude<RegionKind, { kind: "areas" }> | null {
  const [name, digits, ...rest] = text.split(":");
  if (!isGrid(name) || digits === undefined || rest.length > 0) return null;
  const { what, least, most } = GRIDS[name];
  const number = /^\d{1,2}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new InputError(`${text}: the ${what} of ${name} must be a whole number from ${least} to ${most}`);
  }
  return { kind: name, [what]: number } as unknown as Exclude<RegionKind, { kind: "areas" }>;
}
