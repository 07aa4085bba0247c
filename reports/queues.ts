import { isoUtc } from "../src/core/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import type { SimulationFile } from "../src/simulate/index.js";
import { figure } from "./capacity-plan/words.js";
import { originOf } from "./origin.js";
import { clockOf } from "./queues/clock.js";
import { costsSection } from "./queues/costs.js";
import { drillsSection } from "./queues/drills.js";
import { fairnessSection } from "./queues/fairness.js";
import { methodSection } from "./queues/method.js";
import { useSection } from "./queues/use.js";
import { verdictSection } from "./queues/verdict.js";
import { waitsSection } from "./queues/waits.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  waitsSection,
  useSection,
  drillsSection,
  fairnessSection,
  costsSection,
  methodSection,
]);

/**
 * A simulation of queues as a report that answers whether jobs wait too long: targets by queue, waits by queue and team,
 * how busy the cluster is, what an outage costs, how fair it is and what it costs. It is dated with the last end; where
 * the seconds of the job file are no dates and no origin was given, it bears none.
 *
 * @example const html = await renderHtml(queuesReport(summary));
 */
export function queuesReport(result: SimulationFile): Report {
  const { policy } = result;
  const clock = clockOf(result);
  return {
    schemaVersion: "1.0",
    id: "queues",
    title: "Queues of the cluster",
    generatedAt: clock.dated && result.to_s !== null ? isoUtc(clock.ms(result.to_s)) : UNDATED,
    ...originOf(result, [
      { name: "Policy", value: policy },
      { name: "GPUs", value: result.gpus },
      { name: "Placement", value: result.placement },
      { name: "Jobs", value: figure(result.jobs) },
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
