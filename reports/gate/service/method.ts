import type { ServiceFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, listed } from "../../capacity-plan/words.js";
import { CHECK_NOTE } from "../checks.js";

/** The data, the figures and what they cannot say. */
export function methodSection({ budget, cost, mitigation, defects, createdFrom }: ServiceFile): Cell[] {
  const parts = [
    ...(budget ? ["requests"] : []),
    ...(cost ? ["costs"] : []),
    ...(mitigation ? ["incidents"] : []),
    ...(defects ? ["defects"] : []),
  ];
  const from = createdFrom.inputs.length > 0 ? ` from ${counted(createdFrom.inputs.length, "file")}` : "";
  return [
    heading("method", "Data and method", `Known of the service: ${listed(parts)}${from}.`),
    ...bullets("method-notes", [
      CHECK_NOTE,
      budget
        ? "Burn rates and alerts are those of fleetlens slo. An alert that pages and still fires fails the gate, a ticket holds it."
        : "",
      cost
        ? "Cost is a ratio of sums with the interval of a ratio estimate (Cochran 1977): days with little traffic count for little."
        : "",
      mitigation
        ? "The mean has a bootstrap-t interval, since times to mitigation are skew; median and 90\u00a0% quantile have intervals between order statistics."
        : "",
      defects
        ? "The escape rate has the exact interval of Clopper and Pearson (1934). Defects that nobody found yet are not in it."
        : "",
    ]),
  ];
}
