import type { BacktestModel } from "../../src/forecast/index.js";
import { perCent, percent } from "../capacity-plan/words.js";

/** Whether an interval holds as many values as it says. */
export type Verdict = "honest" | "plausible" | "narrow" | "wide" | "unknown";

/** Points of per cent within which coverage is as good as the nominal one, whatever a large sample can tell apart. */
const CLOSE = { 80: 3, 95: 2 } as const;

/** An interval's coverage, its uncertainty, and what follows. */
export interface Judgement {
  level: 80 | 95;
  held: number | null;
  lo: number | null;
  hi: number | null;
  verdict: Verdict;
}

/** Judges one interval of a model against its nominal coverage, with the uncertainty of the sampled units. */
export function judgeInterval(model: BacktestModel, level: 80 | 95): Judgement {
  const held = model[`coverage_${level}`];
  const lo = model[`coverage_${level}_lo`];
  const hi = model[`coverage_${level}_hi`];
  const nominal = level / 100;
  const verdict = (): Verdict => {
    if (held === null || lo === null || hi === null) return "unknown";
    // As the words show it, in whole per cent.
    if (Math.abs(Math.round(held * 100) - level) <= CLOSE[level]) return "honest";
    if (hi < nominal) return "narrow";
    return lo > nominal ? "wide" : "plausible";
  };
  return { level, held, lo, hi, verdict: verdict() };
}

/** `79 % of the values (95 % interval of that share 74 % to 84 %)`. */
function share({ held, lo, hi }: Judgement): string {
  if (held === null) return "an unknown share of the values";
  const range =
    lo === null || hi === null ? "" : ` (95\u00a0% interval of that share ${percent(lo)} to ${percent(hi)})`;
  return `${percent(held)} of the values${range}`;
}

/** What to do with the interval, as a sentence. */
export function intervalWords(judged: Judgement): string {
  const name = `${perCent(judged.level)} interval`;
  const held = share(judged);
  switch (judged.verdict) {
    case "honest":
      return `Believe its ${name}: it held ${held}.`;
    case "plausible":
      return `Its ${name} held ${held}: as far as this sample can tell it may be believed.`;
    case "narrow":
      return `Do not take its ${name} at its word: it is too narrow and held only ${held}.`;
    case "wide":
      return `Its ${name} is wider than it needs to be: it held ${held}. Planning by it is safe, and asks for more than needed.`;
    default:
      return `Its ${name} held ${held}; one sample is too little to judge it.`;
  }
}
