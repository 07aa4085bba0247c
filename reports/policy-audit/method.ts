import type { AuditFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";

/** How the figures were made. */
export function methodSection({ tolerance_ms, input, policy }: AuditFile): Cell[] {
  return [
    heading(
      "method",
      "How it was done",
      `The logs were replayed through policy ${policy.version} (SHA-256 ${policy.digest}).`,
    ),
    ...bullets("method-list", [
      `Events of the same trigger and vehicle at most ${tolerance_ms} ms apart are paired one to one: the most pairs, then the least distance.`,
      "Agreement is the share of pairs among pairs and events of one side alone. Its interval is a bootstrap over vehicles, and there is none with fewer than five.",
      `The logs have ${counted(input.rows, "row")}; ${counted(input.duplicates, "row")} of a time that is there twice and ${counted(input.dropped, "row")} without vehicle or time were left out.`,
      "A cause is what the files show: it does not prove that the event is on one side alone because of it.",
    ]),
  ];
}
