import { normalQuantile } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";
import { checkShare } from "../check-options.js";
import { type AbDesign, checkDesign } from "./ab-designs.js";
import { type AbLook, type AbRole, given } from "./ab-look.js";
import { type AbOptions, DEFAULT_AB_OPTIONS } from "./ab-options.js";
import type { AbExperiment, AbLookResult, AbResult } from "./ab-schema.js";
import { alwaysValid } from "./always-valid.js";
import { armDifference, type Unknown } from "./arm-difference.js";
import { arrangeLooks, type ExperimentLooks, type MetricLooks } from "./arrange-looks.js";
import { groupSequentialBounds, isComplete } from "./group-sequential-bounds.js";
import { sampleRatio } from "./sample-ratio.js";

type Settings = Required<AbOptions>;

/** A metric with its looks judged. */
interface Judged extends MetricLooks {
  results: AbLookResult[];
  /** Why a look has no z; null where it has one. */
  unknown: (Unknown | null)[];
}

/** Rows of an arm below which its mean is only roughly normal. */
const FEW_ROWS = 30;

const isLast = (information: number | null): boolean => information !== null && isComplete(information);

/** Bounds by level and information: experiments of one schedule share them. */
type KnownBounds = Map<string, number[]>;

/** |z| from which each look rejects, two-sided. */
function boundsOf(looks: readonly AbLook[], { design, alpha, tunedRows }: Settings, known: KnownBounds): number[] {
  if (design === "fixed") return looks.map(() => -normalQuantile(alpha / 2));
  if (design === "always-valid") {
    return looks.map(({ n_a, n_b }) => alwaysValid(0, 1, n_a + n_b, { alpha, tunedRows }).bound);
  }
  const t = looks.map(({ information }) => information as number);
  const key = [alpha, ...t].join();
  const bounds = known.get(key) ?? groupSequentialBounds(t, alpha / 2, design);
  known.set(key, bounds);
  return bounds;
}

function judge(metric: MetricLooks, settings: Settings, known: KnownBounds): Judged {
  const bounds = boundsOf(metric.looks, settings, known);
  const differences = metric.looks.map(armDifference);
  const results = metric.looks.map((look, i): AbLookResult => {
    const { effect, se, cuped } = differences[i];
    const bound = Number.isFinite(bounds[i]) ? bounds[i] : null;
    const z = se === null ? null : effect / se;
    const half = bound === null || se === null ? null : bound * se;
    const information = given(look.information) ?? null;
    const decides = settings.design !== "fixed" || isLast(information);
    return {
      look: look.look,
      effect,
      z,
      lower: half === null ? null : effect - half,
      upper: half === null ? null : effect + half,
      bound,
      rejected: decides && z !== null && bound !== null && Math.abs(z) >= bound,
      metric: metric.metric,
      role: metric.role,
      information,
      n_a: look.n_a,
      n_b: look.n_b,
      cuped,
    };
  });
  return { ...metric, results, unknown: differences.map(({ unknown }) => unknown) };
}

/** First look at which a guardrail's metric went the wrong way. */
function harm({ role, better, results }: Judged): AbLookResult | undefined {
  if (role !== "guardrail") return undefined;
  return results.find(({ rejected, effect }) => {
    const worse = better === null || (better === "higher" ? effect < 0 : effect > 0);
    return rejected && worse;
  });
}

const named = (metric: string | null): string => (metric === null ? "the metric" : `metric "${metric}"`);

/** `metric "m" is higher in b than in a at look 3 (z 3.1, bound 2.7)`. */
function shiftText({ metric, effect, look, z, bound }: AbLookResult): string {
  const digits = (value: number | null) => Number((value as number).toPrecision(4));
  const way = effect > 0 ? "higher" : "lower";
  return `${named(metric)} is ${way} in b than in a at look ${look} (z ${digits(z)}, bound ${digits(bound)})`;
}

const WHY: Readonly<Record<Unknown, string>> = Object.freeze({
  "no spread": "no arm has any spread",
  "coarse sums":
    "its sums are too coarse for the spread, if there is one; give centred sums (of the metric less a constant near its mean)",
  "all explained": "the covariate leaves no spread",
});

/** `z of metric "m" cannot be computed at look 3: no arm has any spread` */
const unknownText = ({ metric, role }: Judged, looks: readonly number[], why: Unknown): string =>
  `z of ${role === "guardrail" ? "guardrail " : ""}${named(metric)} cannot be computed at look ${looks.join(", ")}: ${WHY[why]}`;

/** Metrics whose last look has no z. Guardrails are fine where all rows of both arms are equal: nothing went wrong. */
function unknownAtLast(metrics: readonly Judged[], role: AbRole): string[] {
  return metrics.flatMap((metric) => {
    const why = metric.unknown[metric.unknown.length - 1];
    const { look, effect } = metric.results[metric.results.length - 1];
    const same = role === "guardrail" && why === "no spread" && effect === 0;
    return metric.role !== role || why === null || same ? [] : [unknownText(metric, [look], why)];
  });
}

function decide(metrics: readonly Judged[], srm: AbExperiment["srm"]): Pick<AbExperiment, "decision" | "reason"> {
  const harmed = metrics.flatMap((metric) => harm(metric) ?? []);
  if (harmed.length > 0)
    return { decision: "guardrail_stop", reason: `guardrail: ${harmed.map(shiftText).join("; ")}` };
  const primary = metrics.filter(({ role }) => role === "primary");
  if (srm.flag) {
    return {
      decision: "continue",
      reason: "sample ratio mismatch: the arms are not comparable; mend the assignment before any verdict",
    };
  }
  const unguarded = unknownAtLast(metrics, "guardrail");
  if (unguarded.length > 0) return { decision: "continue", reason: unguarded.join("; ") };
  const rejecting = primary.flatMap(({ results }) => results.find(({ rejected }) => rejected) ?? []);
  if (rejecting.length > 0) return { decision: "reject", reason: rejecting.map(shiftText).join("; ") };
  const unknown = unknownAtLast(metrics, "primary");
  if (unknown.length > 0) return { decision: "continue", reason: unknown.join("; ") };
  if (primary.every(({ results }) => isLast(results[results.length - 1].information))) {
    return { decision: "accept", reason: "all of the planned information is there and shows no difference" };
  }
  return { decision: "continue", reason: "no bound is crossed, and more information is to come" };
}

function warningsOf({ experiment }: ExperimentLooks, metrics: readonly Judged[], flag: boolean, design: AbDesign) {
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(`experiment "${experiment}": ${text}`);
  if (flag) warn("sample ratio mismatch (p below 0.001): no difference between its arms can be trusted");
  for (const judged of metrics) {
    const { metric, role, better, results, unknown } = judged;
    if (role === "guardrail" && better === null) {
      warn(`${named(metric)} is a guardrail without "better": a change either way counts as harm`);
    }
    for (const why of new Set(unknown)) {
      const looks = results.filter((_, i) => unknown[i] === why).map(({ look }) => look);
      if (why !== null) warn(unknownText(judged, looks, why));
    }
    const few = results.filter(({ n_a, n_b }) => Math.min(n_a, n_b) < FEW_ROWS).map(({ look }) => look);
    if (few.length > 0) {
      warn(
        `${named(metric)} has fewer than ${FEW_ROWS} rows in an arm at look ${few.join(", ")}: z is only roughly normal`,
      );
    }
    if (design === "fixed" && results.some(({ information }) => !isLast(information))) {
      warn(`${named(metric)}: a fixed design rejects at information 1 only; the looks before are shown, not tested`);
    }
  }
  return warnings;
}

function judgeExperiment(
  arranged: ExperimentLooks,
  settings: Settings,
  known: KnownBounds,
): { found: AbExperiment; warnings: string[] } {
  const { experiment, metrics } = arranged;
  const primaries = metrics.filter(({ role }) => role === "primary").length;
  const judged = metrics.map((metric) => {
    const alpha = metric.role === "primary" ? settings.alpha / primaries : settings.alpha;
    return judge(metric, { ...settings, alpha }, known);
  });
  const ratios = judged
    .filter(({ role }) => role === "primary")
    .map(({ looks, shareA }) => sampleRatio(looks[looks.length - 1].n_a, looks[looks.length - 1].n_b, shareA));
  const srm = ratios.reduce((worst, one) => (one.p < worst.p ? one : worst));
  return {
    found: { experiment, looks: judged.flatMap(({ results }) => results), srm, ...decide(judged, srm) },
    warnings: warningsOf(arranged, judged, srm.flag, settings.design),
  };
}

/**
 * Decides A/B experiments that are looked at while they run, two-sided.
 *
 * Every look has the difference of means (b − a, CUPED with a covariate), its z and an interval of ± bound × standard
 * error: a repeated confidence interval (Jennison & Turnbull 1989) for `obf` and `pocock`, whose bounds spend alpha by
 * Lan & DeMets at the information of the looks; a confidence sequence for `always-valid`; a plain one for `fixed`, which
 * rejects at information 1 only.
 *
 * Decisions, the first that holds: `guardrail_stop`: a guardrail metric crossed its bound the wrong way at some look;
 * `continue` for a sample ratio mismatch (p below 0.001), and for a guardrail whose z cannot be computed at its last
 * look, unless all its rows are equal; `reject`: a primary metric crossed its bound at some look; `accept`: every primary
 * metric has information 1 and a z at its last look, and none crossed; `continue`. There is no stop for futility.
 * Several primary metrics share alpha evenly (Bonferroni); each guardrail has all of it.
 *
 * @param looks a row per experiment, metric and look, in any order: sums over all rows so far
 * @throws InputError for sums that no rows can have, and looks that are missing, twice or out of step, and an
 *   experiment without a primary metric; no looks
 * @example
 * gateAb([{ experiment: "e", look: 1, n_a: 900, sum_a: 90, sumsq_a: 90, n_b: 910, sum_b: 98, sumsq_b: 98, information: 0.5 }])
 *   .experiments[0].decision // "continue"
 */
export function gateAb(looks: readonly AbLook[], options: AbOptions = {}): AbResult {
  const settings: Settings = { ...DEFAULT_AB_OPTIONS, ...options };
  const { design, alpha, tunedRows } = settings;
  checkDesign(design);
  checkShare("alpha", alpha);
  if (!(tunedRows > 0 && tunedRows < Number.POSITIVE_INFINITY)) {
    throw new InputError(`tunedRows must be a number of rows above 0, got ${tunedRows}`, { tunedRows });
  }
  if (looks.length === 0) throw new InputError("there are no looks");
  const known: KnownBounds = new Map();
  const judged = arrangeLooks(looks, design).map((experiment) => judgeExperiment(experiment, settings, known));
  return {
    experiments: judged.map(({ found }) => found),
    warnings: judged.flatMap(({ warnings }) => warnings),
  };
}
