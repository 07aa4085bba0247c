// Statistics of drift against SciPy, NumPy, statsmodels and Evidently on freshly drawn tables, in one run.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs drift-golden [SEED] [TABLES]
//
// TABLES (200) tables, two in three of numbers (2 to 5,000 a side; normal, skewed, whole, with zeros, shifted; one in a
// hundred of 50,000 to 200,000), the others of 2 to 30 levels. Prints for each number the largest difference relative to
// the peer's, the largest absolute one, and the tables beyond the bound of the contract: 1e-9 relative of a statistic,
// 1e-8 of a p-value (1e-6 of the asymptotic one of KS; of that of Cramér and von Mises, which SciPy has as 1 less a sum of
// rounded terms, also more than 1e-12 absolute). SEED is drawn when none is given.
//
// Writes bench/drift-golden.json.
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRandom, type Random } from "../src/core/random.js";
import { VERSION } from "../src/core/version.js";
import { categoricalStatistics } from "../src/drift/categorical-statistics.js";
import { fisher } from "../src/drift/fisher.js";
import { numericStatistics } from "../src/drift/numeric-statistics.js";
import { z } from "../src/drift/proportions-z.js";
import { psi } from "../src/drift/psi.js";

type Table = { a: number[]; b: number[] } | { counts: [number[], number[]] };
type Found = Record<string, Record<string, number | null> | undefined>;

const SHAPES: ((random: Random) => number)[] = [
  (random) => random.normal(),
  (random) => Math.exp(random.normal()),
  (random) => Math.round(3 * random.normal()),
  (random) => (random.uniform() < 0.3 ? 0 : 50 + 7 * random.normal()),
];

function drawTable(random: Random, k: number): Table {
  if (k % 3 === 2) return drawCounts(random);
  const large = k % 100 === 99;
  const size = () => Math.round(large ? 50_000 + random.int(150_001) : 2 * 2500 ** random.uniform());
  const shape = SHAPES[random.int(SHAPES.length)];
  const shift = random.int(2) * random.int(4) * (shape === SHAPES[2] ? 1 : 0.1);
  const draw = (more: number) => Array.from({ length: size() }, () => shape(random) + more);
  return { a: draw(0), b: draw(shift) };
}

function drawCounts(random: Random): Table {
  const levels = random.int(3) === 0 ? 2 : 3 + random.int(28);
  const weights = Array.from({ length: levels }, () => -Math.log(1 - random.uniform()));
  const side = (): number[] => {
    const rows = 10 ** (1 + (levels === 2 ? 2 : 4) * random.uniform());
    return weights.map((weight) => random.poisson((rows * weight * (0.8 + 0.4 * random.uniform())) / levels));
  };
  const [a, b] = [side(), side()];
  // SciPy takes no level that nobody has, and no side without rows.
  const kept = a.flatMap((count, i) => (count + b[i] > 0 ? [i] : []));
  const counts: [number[], number[]] = [kept.map((i) => a[i]), kept.map((i) => b[i])];
  return kept.length > 1 && counts.every((row) => row.some((count) => count > 0)) ? { counts } : drawCounts(random);
}

function ours(table: Table): Found {
  if ("counts" in table) {
    const [a, b] = table.counts.map((side) => new Map(side.map((count, i) => [String(i), count])));
    const found = { ...categoricalStatistics(a, b), psiEvidently: psi(a, b, { mode: "evidently" }) };
    const [[x, restX], [y, restY]] = table.counts;
    const ofTwo = table.counts[0].length === 2 && {
      fisher: fisher([
        [x, restX],
        [y, restY],
      ]),
      z: z({ count: x, total: x + restX }, { count: y, total: y + restY }),
    };
    return { ...found, ...ofTwo } as unknown as Found;
  }
  const [a, b] = [table.a, table.b].map((side) => Float64Array.from(side).sort());
  return { ...numericStatistics(a, b), psiEvidently: psi(a, b, { mode: "evidently" }) } as unknown as Found;
}

interface Difference {
  tables: number;
  relative: number;
  absolute: number;
  beyond: number;
}

function compare(got: Found, wanted: Found, differences: Map<string, Difference>): void {
  for (const [name, fields] of Object.entries(wanted)) {
    for (const [field, theirs] of Object.entries(fields ?? {})) {
      const place = `${name}.${field}`;
      const value = got[name]?.[field];
      const missing = theirs === null || typeof value !== "number";
      const absolute = missing ? (theirs === value ? 0 : Number.POSITIVE_INFINITY) : Math.abs(value - theirs);
      const relative = absolute === 0 ? 0 : absolute / Math.abs(theirs ?? 0);
      const bound = place === "ks.p" ? 1e-6 : field === "p" ? 1e-8 : 1e-9;
      const before = differences.get(place) ?? { tables: 0, relative: 0, absolute: 0, beyond: 0 };
      differences.set(place, {
        tables: before.tables + 1,
        relative: Math.max(before.relative, relative),
        absolute: Math.max(before.absolute, absolute),
        beyond: before.beyond + (relative > bound && absolute > (place === "cvm.p" ? 1e-12 : 0) ? 1 : 0),
      });
    }
  }
}

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 32);
const count = Number(process.argv[3] ?? 200);
const python = process.env["FLEETLENS_PYTHON"] ?? "python3";
const random = createRandom(seed);
const tables = Array.from({ length: count }, (_, k) => drawTable(random.child(k), k));
const input = tables.map((table) => JSON.stringify(table)).join("\n");
const { status, stdout } = spawnSync(python, ["test/golden/drift.py", "--tables"], {
  input,
  encoding: "utf8",
  maxBuffer: 1e9,
  stdio: ["pipe", "pipe", "inherit"],
});
if (status !== 0) throw new Error("needs a Python with scipy, statsmodels and evidently: set FLEETLENS_PYTHON");
const [versions, ...found] = stdout.trim().split("\n");
const differences = new Map<string, Difference>();
tables.forEach((table, k) => {
  compare(ours(table), JSON.parse(found[k]), differences);
});

console.log(`seed ${seed}, ${count} tables, ${versions}`);
for (const [place, { tables: of, relative, absolute, beyond }] of [...differences].sort()) {
  const numbers = `relative ${relative.toExponential(1)}  absolute ${absolute.toExponential(1)}`;
  console.log(`${place.padEnd(22)}${String(of).padStart(5)} tables  ${numbers}  beyond ${beyond}`);
}
const report = {
  schema: "fleetlens.bench-drift-golden/1",
  versions: { fleetlens: VERSION, node: process.version, ...JSON.parse(versions) },
  seed,
  tables: count,
  differences: Object.fromEntries([...differences].sort()),
};
await writeFile("bench/drift-golden.json", `${JSON.stringify(report, null, 2)}\n`);
