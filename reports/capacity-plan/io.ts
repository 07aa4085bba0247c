import type { CapacityPlan } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { estimateColumns, estimateValues, shareValue } from "./estimates.js";
import { absentSection, heading, paragraph } from "./section.js";
import { listed, percent } from "./words.js";

const TITLE = "I/O check";

/** Whether the storage of each pool keeps up with its GPUs. */
export function ioSection(plan: CapacityPlan): Cell[] {
  const { io } = plan;
  if (!io?.length) return absentSection(plan, "io", "io", TITLE);
  const levels = plan.levels.slice(0, 1);
  const tight = io.filter((check) => check.bottleneck);
  const conclusion = tight.length
    ? `Storage is a bottleneck: ${listed(tight.map((check) => `${check.pool} asks for more than it gives in some hour in ${percent(check.pAnyHour)} of the futures`))}.`
    : "Storage keeps up with the GPUs of every pool.";
  const unknown = [...new Set(io.flatMap((check) => check.queuesWithoutRate))];
  return [
    heading("io", TITLE, conclusion),
    {
      kind: "table",
      id: "io-pools",
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "gives", label: "Storage gives", unit: "GB/s" },
        ...estimateColumns("peak", levels, { label: "Highest hour asks", unit: "GB/s", middle: "median" }),
        ...estimateColumns("hours", levels, { label: "At risk", unit: "hours" }),
        { name: "risk", label: "P(any hour)", format: "percent" },
      ],
      rows: io.map((check) => ({
        pool: check.pool,
        gives: check.gbytesPerS,
        ...estimateValues("peak", levels, check.peakGbytesPerS),
        ...estimateValues("hours", levels, check.hoursAtRisk),
        risk: shareValue(check.pAnyHour),
      })),
    },
    ...(unknown.length
      ? [paragraph("io-unknown", `Counted as 0 because no GB/s per GPU is given: ${listed(unknown)}.`)]
      : []),
  ];
}
