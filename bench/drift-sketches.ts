// How often the worst rank error of a quantile sketch exceeds what it states, and how fast it takes values.
//
//   node scripts/bench.mjs drift-sketches [--scale 1]
//
// Values are the whole numbers below n in random order, so that every true rank is known; every sketch throws other
// coins, as its values are shifted. `merged` sketches are of 50 parts. Writes bench/drift-sketches.json.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { createRandom } from "../src/core/random.js";
import { KllSketch } from "../src/drift/index.js";

const { values: given } = parseArgs({ options: { scale: { type: "string", default: "1" } } });
const scale = Number(given.scale);
const random = createRandom(20_261_128);

function shuffle(values: Float64Array): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [values[i], values[j]] = [values[j], values[i]];
  }
}

function sketchOf(values: Float64Array, parts: number): KllSketch {
  const all = new KllSketch();
  for (let part = 0; part < parts; part++) {
    const sketch = parts === 1 ? all : new KllSketch();
    sketch.updateMany(values.subarray((part * values.length) / parts, ((part + 1) * values.length) / parts));
    if (parts > 1) all.merge(sketch);
  }
  return all;
}

/** @param shift of the whole numbers below n that were sketched */
function worstError(sketch: KllSketch, shift: number): number {
  const { values, weights, n } = sketch.points();
  let [worst, upTo] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const rank = values[i] - shift;
    worst = Math.max(worst, Math.abs(upTo - rank));
    upTo += weights[i];
    worst = Math.max(worst, Math.abs(upTo - rank - 1));
  }
  return worst / n;
}

const CASES = [
  { n: 5000, parts: 1, sketches: 4000 },
  { n: 20_000, parts: 1, sketches: 4000 },
  { n: 100_000, parts: 1, sketches: 1000 },
  { n: 100_000, parts: 50, sketches: 1000 },
  { n: 1_000_000, parts: 1, sketches: 100 },
  { n: 8_000_000, parts: 1, sketches: 20 },
];

const cases = CASES.map(({ n, parts, sketches: many }) => {
  const sketches = Math.ceil(many * scale);
  const values = Float64Array.from({ length: n }, (_, i) => i);
  let [stated, exceeded, oneRank] = [0, 0, 0];
  const errors: number[] = [];
  for (let run = 0; run < sketches; run++) {
    if (run % 20 === 0) shuffle(values);
    // Whole, so that no rank is rounded.
    const shift = 1 + run * 1009;
    const sketch = sketchOf(
      values.map((x) => x + shift),
      parts,
    );
    const error = worstError(sketch, shift);
    errors.push(error);
    stated += sketch.rankError() / sketches;
    if (error > sketch.rankError()) exceeded++;
    // √(ln 8/δ) over √(ln 2/δ): the bound that is proven of one rank.
    if (error > sketch.rankError() * Math.sqrt(Math.log(200) / Math.log(800))) oneRank++;
  }
  errors.sort((a, b) => a - b);
  const median = errors[sketches >> 1];
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  console.log(
    `${n} values${parts > 1 ? ` in ${parts} merged parts` : ""}: stated ${percent(stated)}, worst rank off by ${percent(median)} (median), ${percent(errors[sketches - 1])} (largest of ${sketches}); above the stated error ${exceeded} times, above that of one rank ${oneRank} times`,
  );
  return { n, parts, sketches, stated, median, largest: errors[sketches - 1], exceeded, oneRank };
});

const speed = [100_000, 1_000_000, 20_000_000].map((n) => {
  const values = Float64Array.from({ length: n }, () => random.uniform());
  new KllSketch().updateMany(values.subarray(0, 100_000));
  const repeats = Math.ceil(5_000_000 / n);
  const started = process.cpuUsage();
  for (let run = 0; run < repeats; run++) new KllSketch().updateMany(values);
  const { user, system } = process.cpuUsage(started);
  const perSecond = (n * repeats) / ((user + system) / 1e6);
  console.log(`${n} values: ${(perSecond / 1e6).toFixed(1)} million values a CPU second`);
  return { n, perSecond };
});

const result = {
  schema: "fleetlens.bench-drift-sketches/1",
  versions: { node: process.version },
  cpu: cpus()[0]?.model ?? "unknown",
  cases,
  speed,
};
writeFileSync("bench/drift-sketches.json", `${JSON.stringify(result, null, 2)}\n`);
