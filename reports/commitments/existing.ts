import type { CapacityEconomics } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, percent } from "../capacity-plan/words.js";
import { familyName, offerName, tenth } from "./purchase.js";

/** What comes of existing commitments in a sentence; nothing without any. */
export function existingWords({ existing, hours }: CapacityEconomics): string {
  if (existing.length === 0) return "";
  const ending = existing.filter((one) => one.hours < hours);
  const least = existing.flatMap(({ utilisation }) => utilisation ?? []).sort((a, b) => a - b)[0];
  const used =
    least === undefined
      ? ""
      : existing.length === 1
        ? `, ${percent(least)} of it used`
        : `, each at least ${percent(least)} used`;
  const one = existing.length === 1;
  const who = one ? "It ends" : `${figure(ending.length)} of them ${ending.length === 1 ? "ends" : "end"}`;
  const ends =
    ending.length === 0
      ? `${one ? "It holds" : "They hold"} throughout.`
      : `${who} within the ${counted(hours, "hour")}; what is recommended allows for that.`;
  return `${counted(existing.length, "commitment")} ${existing.length === 1 ? "exists" : "exist"} already${used}. ${ends}`;
}

/** Commitments that exist already, and how they are used. */
export function existingSection(result: CapacityEconomics): Cell[] {
  const { existing, currency, hours } = result;
  if (existing.length === 0) return [];
  return [
    heading("existing", "What is committed already?", existingWords(result)),
    {
      kind: "table",
      id: "existing-table",
      caption: `Existing commitments are used before new ones. Covers: of the ${counted(hours, "hour")} of demand. Savings plans are used up together and share one figure.`,
      columns: [
        { name: "family", label: "Family", format: "text" },
        { name: "what", label: "Commitment", format: "text" },
        { name: "gpus", label: "Holds", unit: "GPUs" },
        { name: "hourly", label: "An hour", unit: currency },
        { name: "hours", label: "Covers", unit: "hours", format: "integer" },
        { name: "used", label: "Used", format: "percent" },
      ],
      rows: existing.map((one) => ({
        family: familyName(one.family),
        what: offerName(one),
        gpus: one.gpus === null ? null : tenth(one.gpus),
        hourly: one.hourly_usd,
        hours: one.hours,
        used: shareValue(one.utilisation),
      })),
    },
  ];
}
