import type { AuditFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { estimateWords, rateValue, shareWords } from "../estimate-words.js";
import { agreementEstimate } from "./agreement-table.js";
import { CAUSES } from "./words.js";

function conclusion({ total, policy, weeks }: AuditFile): string {
  if (total.agreement === null) return "That cannot be told: neither the vehicles nor the replay have an event.";
  const [most] = CAUSES.toSorted((a, b) => total.causes[b.cause] - total.causes[a.cause]);
  const apart = total.edge_only + total.cloud_only;
  const why = apart === 0 ? "" : ` Most differences (${total.causes[most.cause]} of ${apart}): ${most.meaning}.`;
  return `Of all events of ${counted(weeks.length, "week")}, ${estimateWords(agreementEstimate(total), shareWords)} are both reported by the vehicles and found by a replay of policy ${policy.version}.${why}`;
}

/** The answer first. */
export function verdictSection(result: AuditFile): Cell[] {
  const { total } = result;
  return [
    heading("verdict", "Do the vehicles do what the policy says?", conclusion(result)),
    {
      kind: "metrics",
      id: "totals",
      items: [
        { label: "Agreement", value: rateValue(total.agreement), unit: "%" },
        { label: "Events of both", value: total.matched },
        { label: "Only from vehicles", value: total.edge_only },
        { label: "Only in the replay", value: total.cloud_only },
        { label: "Unexplained", value: total.causes.unexplained },
      ],
    },
    ...(total.reason === null || total.agreement === null
      ? []
      : [
          {
            kind: "warning" as const,
            id: "no-interval",
            severity: "info" as const,
            message: `No interval of the agreement: ${total.reason}.`,
          },
        ]),
  ];
}
