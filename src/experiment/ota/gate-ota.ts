import { clopperPearson } from "../../core/clopper-pearson.js";
import { InputError } from "../../core/errors.js";
import { checkShare } from "../check-options.js";
import { refuseValue } from "../refuse-value.js";
import { DEFAULT_OTA_OPTIONS, type OtaOptions } from "./ota-options.js";
import type { OtaGate } from "./ota-schema.js";
import type { OtaWaves } from "./ota-waves.js";
import { soakSurvival } from "./soak-survival.js";
import { logLikelihoodRatio, type SprtBounds, type SprtDesign, sprtBounds } from "./sprt.js";

type Decision = OtaGate["decision"];

function checkWaves({ wave, region, attempted, failed, soak }: OtaWaves): void {
  if (wave.length === 0) throw new InputError("there are no waves");
  if (soak?.vehicle.length === 0) throw new InputError("there are no vehicles in the soak");
  const seen = new Set<string>();
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 0;
  wave.forEach((name, i) => {
    if (!whole(attempted[i])) refuseValue(i + 1, "attempted", attempted[i], "a whole number from 0");
    if (!whole(failed[i])) refuseValue(i + 1, "failed", failed[i], "a whole number from 0");
    if (failed[i] > attempted[i]) refuseValue(i + 1, "failed", failed[i], `at most attempted, ${attempted[i]}`);
    const key = JSON.stringify([name, region[i]]);
    if (seen.has(key)) refuseValue(i + 1, "wave", name, `one row of region "${region[i]}" and this wave`);
    seen.add(key);
  });
}

/** Rows by wave: numbers ascending, texts in the order of the rows. */
function inOrder({ wave }: OtaWaves): number[] {
  const rank = new Map<number | string, number>();
  for (const one of wave) if (!rank.has(one)) rank.set(one, typeof one === "number" ? one : rank.size);
  return wave.map((_, i) => i).sort((a, b) => rank.get(wave[a])! - rank.get(wave[b])! || a - b);
}

function shareOf(failed: number, attempted: number, alpha: number) {
  const { rate, low, high } = clopperPearson(failed, attempted, 1 - alpha);
  return { attempted, failed, rate, lower: low, upper: high };
}

/** A region's test as its waves come in. */
interface Running {
  waves: number;
  attempted: number;
  failed: number;
  decision: Decision;
}

const started = (): Running => ({ waves: 0, attempted: 0, failed: 0, decision: "continue" });

/**
 * Takes a wave in. Evidence of many good vehicles shall not hide a bad wave, so that each later wave is tested alone too:
 * the k-th one with alpha ÷ (k (k + 1)), which is alpha / 2 for all of them together.
 */
function takeWave(region: Running, attempted: number, failed: number, design: SprtDesign, bounds: SprtBounds): number {
  region.attempted += attempted;
  region.failed += failed;
  region.waves++;
  const llr = logLikelihoodRatio(region.failed, region.attempted, design);
  const alone = logLikelihoodRatio(failed, attempted, design) - Math.log(region.waves * (region.waves + 1));
  if (region.decision === "halt" || Math.max(llr, alone) >= bounds.halt) region.decision = "halt";
  else region.decision = llr <= bounds.accept ? "accept" : "continue";
  return llr;
}

/** The same test of all regions together, wave by wave. */
function testOverall(cells: OtaGate["cells"], design: SprtDesign, alpha: number): OtaGate["overall"] {
  const all = started();
  const bounds = sprtBounds(design);
  let llr = 0;
  for (const wave of new Set(cells.map((cell) => cell.wave))) {
    const of = cells.filter((cell) => cell.wave === wave);
    const sum = (counts: (cell: OtaGate["cells"][number]) => number) =>
      of.reduce((total, one) => total + counts(one), 0);
    const [attempted, failed] = [sum((cell) => cell.attempted), sum((cell) => cell.failed)];
    llr = takeWave(all, attempted, failed, design, bounds);
  }
  return { ...shareOf(all.failed, all.attempted, alpha), llr, decision: all.decision };
}

/**
 * Whether a rollout over the air may go on: failure rates by wave and region with exact intervals, Wald's sequential
 * probability ratio test of maxRate / 2 against maxRate by region, and survival of the soak.
 *
 * `llr` of a cell is that of its region's waves so far. A region is halted, for good, when it reaches the upper bound, or
 * one wave alone is far above it; it is accepted while it is at or below the lower one. The upper bound is that of
 * alpha ÷ regions, so that more regions do not make a false halt likelier. The decision is `halt` if a region or all
 * together halt, `accept` if all regions are accepted, else `continue`.
 *
 * @returns a plain object, keys as in `ota.json`
 * @throws InputError naming the row (from 1): counts that are not whole, more failed than attempted, a wave and region twice; no rows
 * @example
 * const { decision } = gateOta({ wave: [1, 2], region: ["eu", "eu"], attempted, failed }, { maxRate: 0.02 });
 */
export function gateOta(waves: OtaWaves, options: OtaOptions = {}): OtaGate {
  const { maxRate, alpha, beta } = { ...DEFAULT_OTA_OPTIONS, ...options };
  for (const [name, share] of Object.entries({ "max-rate": maxRate, alpha, beta })) checkShare(name, share);
  checkWaves(waves);
  const regions = new Map(waves.region.map((name) => [name, started()]));
  const design: SprtDesign = { p0: maxRate / 2, p1: maxRate, alpha, beta };
  const bounds = sprtBounds({ ...design, alpha: alpha / regions.size });
  const cells = inOrder(waves).map((i): OtaGate["cells"][number] => {
    const [region, attempted, failed] = [waves.region[i], waves.attempted[i], waves.failed[i]];
    const running = regions.get(region)!;
    const llr = takeWave(running, attempted, failed, design, bounds);
    return { wave: waves.wave[i], region, ...shareOf(failed, attempted, alpha), llr, decision: running.decision };
  });
  const overall = testOverall(cells, design, alpha);
  const states = [...regions.values()].map(({ decision }) => decision);
  const accepted = states.every((state) => state === "accept");
  const halted = overall.decision === "halt" || states.includes("halt");
  return {
    cells,
    decision: halted ? "halt" : accepted ? "accept" : "continue",
    overall,
    sprt: { ...design, regions: regions.size, ...bounds },
    soak: waves.soak ? soakSurvival(waves.soak, 1 - alpha) : null,
  };
}
