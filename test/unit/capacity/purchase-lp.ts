import type { DemandScenarios } from "../../../src/capacity/economics/types.js";
import type { PricesFileInput } from "../../../src/capacity/index.js";
import { loadHighs } from "../../../src/core/load-highs.js";

/** Setting of {@link purchaseOptimum}. */
interface LpSetting {
  demand: DemandScenarios;
  prices: PricesFileInput;
  /** Term of the savings plan that may be bought. */
  plan?: "1y" | "3y";
  risk?: { level: number; weight: number };
}

/**
 * Least cost of a purchase as one linear programme with a variable for every way to serve every hour (its extensive
 * form), by HiGHS: knows nothing of the methods it judges. Existing reservations count, existing savings plans do not.
 */
export async function purchaseOptimum({ demand, prices, plan, risk }: LpSetting): Promise<number> {
  const { families, scenarios, hours, gpus } = demand;
  const weight = risk?.weight ?? 0;
  const rows: string[] = [];
  const bounds: string[] = [];
  const perHour: string[] = [];
  const terms = families.map((family, f) =>
    Object.entries(prices.families[family].commit ?? {}).map(([term, price]) => {
      const most = prices.families[family].max_commit?.[term as "1y"];
      const name = `c_${f}_${term}`;
      if (most !== undefined) bounds.push(`${name} <= ${most}`);
      perHour.push(`${price} ${name}`);
      return name;
    }),
  );
  const rates = plan ? (prices.savings_plans?.[plan]?.rates ?? {}) : {};
  if (plan) perHour.push("1 plan");
  const most = plan && prices.savings_plans?.[plan]?.max_hourly_usd;
  if (most !== undefined) bounds.push(`plan <= ${most}`);
  const scaled = perHour.map((text) => text.replace(/^\S+/, (price) => String(Number(price) * hours)));
  let existing = 0;
  for (let s = 0; s < scenarios; s++) {
    const cost: string[] = [];
    for (let h = 0; h < hours; h++) {
      const covered: string[] = [];
      families.forEach((family, f) => {
        const { on_demand, spot, existing: held = [], commit } = prices.families[family];
        const d = gpus[f][s * hours + h];
        const at = `${f}_${s}_${h}`;
        const active = held.filter((one) => h + demand.firstHour < (one.until_hour ?? Number.POSITIVE_INFINITY));
        const holds = active.reduce((sum, one) => sum + one.gpus, 0);
        existing += active.reduce((sum, one) => sum + one.gpus * (one.price ?? commit?.[one.term] ?? 0), 0) / scenarios;
        rows.push(`x_${at} ${terms[f].map((name) => `- ${name}`).join(" ")} <= ${holds}`);
        const ways = [`x_${at}`, `o_${at}`];
        cost.push(`${on_demand} o_${at}`);
        if (spot) {
          ways.push(`s_${at}`);
          cost.push(`${spot.price * (1 + (spot.overhead ?? 0))} s_${at}`);
          bounds.push(`s_${at} <= ${spot.max_fraction * d}`);
        }
        if (rates[family]) {
          ways.push(`y_${at}`);
          covered.push(`${rates[family]} y_${at}`);
        }
        rows.push(`${ways.join(" + ")} = ${d}`);
      });
      if (covered.length > 0) rows.push(`${covered.join(" + ")} - plan <= 0`);
    }
    rows.push(`${[...cost, ...scaled].join(" + ")} - z_${s} = 0`);
    if (weight > 0) rows.push(`u_${s} + eta - z_${s} >= 0`);
  }
  const mean = Array.from({ length: scenarios }, (_, s) => `${(1 - weight) / scenarios} z_${s}`);
  const tail = Array.from({ length: scenarios }, (_, s) => `${weight / ((1 - (risk?.level ?? 0)) * scenarios)} u_${s}`);
  if (weight > 0) bounds.push("eta free");
  const objective = weight > 0 ? [...mean, `${weight} eta`, ...tail] : mean;
  const text = [
    `Minimize\n obj: ${objective.join(" + ")}`,
    `Subject To\n${rows.map((row, i) => ` r${i}: ${row}`).join("\n")}`,
    `Bounds\n${bounds.map((bound) => ` ${bound}`).join("\n")}`,
    "End\n",
  ].join("\n");
  const solution = (await loadHighs()).solve(text, { output_flag: false });
  if (solution.Status !== "Optimal") throw new Error(`HiGHS: ${solution.Status}`);
  return solution.ObjectiveValue + existing;
}
