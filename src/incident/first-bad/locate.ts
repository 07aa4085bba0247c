import { type EffectRows, effectRows } from "./effect-rows.js";
import type { Finding } from "./find-run.js";
import type { KpiRows, KpiUnits } from "./kpi-rows.js";
import { type Onset, onset, PARTS } from "./onset.js";

/** Rows looked at before and after the rough ends of the incident. */
const AROUND = 24;
/** Likelihood-ratio statistic that an incident needs over the noise's inflation, in units of ln n. */
const EVIDENCE = 4;
/** Share of it that one row may give. */
const MOST_OF_NEEDED = 0.4;

/** A row and the first and last one it may be. */
export interface Held {
  best: number;
  low: number;
  high: number;
}

/** Where an incident begins and ends, in observed rows. */
export interface Located {
  onset: Onset;
  /** Row of the onset's first weight. */
  from: number;
  /** Probability of every row from there on. */
  rows: Float64Array;
  firstBad: Held;
  /** First good row; null when the incident lasts to the end. */
  firstGood: Held | null;
  /** Whether the likelihood ratio of the incident against none is what it needs to be. */
  evident: boolean;
}

/** The run around the heaviest weight that holds the level, taking the heavier neighbour each time. */
function holding(weights: Float64Array, level: number): Held {
  let best = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i] > weights[best]) best = i;
  let [low, high, held] = [best, best, weights[best]];
  while (held < level && (low > 0 || high < weights.length - 1)) {
    if (high === weights.length - 1 || (low > 0 && weights[low - 1] >= weights[high + 1])) held += weights[--low];
    else held += weights[++high];
  }
  return { best, low, high };
}

/** Probability of every row from that of its parts. */
function byRow(parts: Float64Array): Float64Array {
  const rows = new Float64Array(parts.length / PARTS);
  for (let k = 0; k < parts.length; k++) rows[Math.floor(k / PARTS)] += parts[k];
  return rows;
}

/** Whether the rows together reach what is needed, where no two of them may do so alone: those would be spikes. */
function isEvident(rows: EffectRows, first: number, end: number, { rampRows, effect }: Onset, needed: number): boolean {
  const grown = (i: number): number => Math.min(1, (i - first + 0.5) / Math.max(1, rampRows));
  let gain = 0;
  for (let i = first; i < end; i++) gain += Math.min(MOST_OF_NEEDED * needed, rows.gain(i, effect * grown(i)));
  return gain >= needed;
}

/** How far before the rough beginning of a run the onset may lie: a ramp begins before it shows. */
const reach = (unsure: number): number => AROUND + Math.ceil(0.75 * unsure);

/** The end of the incident: its onset in reversed time, looked for down to where the effect is full. */
function locateEnd(rows: EffectRows, run: Rough, full: number, level: number, inflation: number): Held | null {
  const n = rows.n;
  const from = Math.max(0, n - run.end - reach(run.end - run.worst.end) - run.unit);
  const to = Math.min(n - run.worst.end + AROUND / 2 + run.unit, n - 1 - full);
  const ended = onset(rows, { from, to, end: n - full, sign: run.sign, inflation });
  if (!ended) return null;
  const { best, low, high } = holding(byRow(ended.weights), level);
  // Row j in reversed time is the last bad one: the good one after it is row n − j.
  const good = (k: number): number => n - from - k;
  return good(best) < n ? { best: good(best), low: good(high), high: Math.min(n - 1, good(low)) } : null;
}

/** A run in rows. */
interface Rough {
  first: number;
  end: number;
  worst: { first: number; end: number };
  /** Rows of a unit. */
  unit: number;
  sign: 1 | -1;
}

function inRows({ run }: Finding, { first }: KpiUnits): Rough | null {
  if (!run) return null;
  const worst = { first: first[run.worst.first], end: first[run.worst.end] };
  return { first: first[run.first], end: first[run.end], worst, unit: first[1], sign: run.sign };
}

/** Finds the first bad and the first good row of the run of a finding, with the rows they may be at a level. */
export function locate(
  rows: KpiRows,
  units: KpiUnits,
  expected: Float64Array,
  finding: Finding,
  level: number,
): Located | null {
  const run = inRows(finding, units);
  if (!run) return null;
  const { extra, inflation } = finding.noise;
  const forward = effectRows(rows, expected, extra, false);
  const from = Math.max(1, run.first - reach(run.worst.first - run.first) - run.unit);
  const to = Math.min(run.worst.first + AROUND / 2 + run.unit, run.worst.end - 1);
  const began = onset(forward, { from, to, end: run.end, sign: run.sign, inflation });
  if (!began) return null;
  const needed = EVIDENCE * inflation * Math.log(units.value.length);
  const weights = byRow(began.weights);
  const held = holding(weights, level);
  const first = from + held.best;
  const full = Math.min(first + began.rampRows, run.worst.end - 1);
  const lasts = run.end === rows.value.length;
  const backward = lasts ? null : effectRows(rows, expected, extra, true);
  const firstGood = backward && locateEnd(backward, run, full, level, inflation);
  return {
    ...{ onset: began, from, rows: weights, firstGood },
    firstBad: { best: first, low: from + held.low, high: from + held.high },
    evident: isEvident(forward, first, firstGood?.best ?? rows.value.length, began, needed),
  };
}
