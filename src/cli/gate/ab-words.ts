import type { AbExperiment, AbPlan, AbResult } from "../../experiment/index.js";
import { figure } from "./gate-text.js";

function experimentText({ experiment, looks, srm, decision, reason }: AbExperiment): string[] {
  const last = looks.filter(({ metric }, i) => i === looks.length - 1 || looks[i + 1].metric !== metric);
  const effects = last.map(({ metric, role, look, effect, lower, upper, rejected }) => {
    const name = metric === null ? "" : `${metric}${role === "guardrail" ? " (guardrail)" : ""}, `;
    const interval = lower === null ? "no interval yet" : `${figure(lower)} to ${figure(upper)}`;
    return `  ${name}look ${look}: b − a = ${figure(effect)} (${interval})${rejected ? ", beyond its bound" : ""}`;
  });
  const ratio = `  split: p ${figure(srm.p, 3)}${srm.flag ? ", SAMPLE RATIO MISMATCH" : ""}`;
  return [`${experiment}: ${decision}: ${reason}`, ...effects, ratio];
}

/** What a person reads of decided experiments. */
export function abText({ experiments }: AbResult, out: string): string {
  return [...experiments.flatMap(experimentText), `-> ${out}`].join("\n");
}

/** What a person reads of a planned experiment. */
export function abPlanText(plan: AbPlan, out: string | undefined): string {
  const { effect, alpha, power, design, fixed, inflation, n_a, n_b, expected, looks, days } = plan;
  const what =
    effect.kind === "means"
      ? `d = ${effect.effect_size}`
      : `${effect.baseline} against ${effect.target} (h = ${figure(effect.effect_size)})`;
  const rows = (value: number) => Math.ceil(value).toLocaleString("en");
  return [
    `${what}, two-sided alpha ${alpha}, power ${power}: a test without looks needs ${rows(fixed.n_a)} rows of a and ${rows(fixed.n_b)} of b`,
    `${design}: ${rows(n_a)} rows of a and ${rows(n_b)} of b at most (× ${figure(inflation)})`,
    ...(expected
      ? [`on average ${rows(expected.alternative)} rows of both if the effect is there, ${rows(expected.null)} if not`]
      : []),
    ...looks.map(
      (look) => `  look ${look.look}: a ${rows(look.n_a)}, b ${rows(look.n_b)}, |z| from ${figure(look.bound, 6)}`,
    ),
    ...(days === null ? [] : [`${days} days`]),
    ...(out === undefined ? [] : [`-> ${out}`]),
  ].join("\n");
}
