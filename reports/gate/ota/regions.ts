import type { OtaFile } from "../../../src/experiment/index.js";
import { figure } from "../../capacity-plan/words.js";
import { shareWords } from "../../estimate-words.js";

type Cell = OtaFile["cells"][number];

/** A region with its waves and where its test stands. */
export interface Region {
  name: string;
  cells: Cell[];
  last: Cell;
  attempted: number;
  failed: number;
}

/** Regions in the order of the file. */
export function regionsOf({ cells }: OtaFile): Region[] {
  const byName = new Map<string, Cell[]>();
  for (const one of cells) {
    const own = byName.get(one.region);
    if (own) own.push(one);
    else byName.set(one.region, [one]);
  }
  return [...byName].map(([name, own]) => ({
    name,
    cells: own,
    last: own[own.length - 1],
    attempted: own.reduce((sum, { attempted }) => sum + attempted, 0),
    failed: own.reduce((sum, { failed }) => sum + failed, 0),
  }));
}

/** Waves in the order of the file. */
export function wavesOf({ cells }: OtaFile): Cell["wave"][] {
  return [...new Set(cells.map(({ wave }) => wave))];
}

/** `wave 3`, or the wave's own name. */
export function waveWords(wave: Cell["wave"]): string {
  return typeof wave === "number" ? `wave ${wave}` : wave;
}

/** `12 of 400 failed (3 %)`. */
export function failedWords({ failed, attempted }: Pick<Cell, "failed" | "attempted">): string {
  const share = attempted > 0 ? ` (${shareWords(failed / attempted)})` : "";
  return `${figure(failed)} of ${figure(attempted)} failed${share}`;
}
