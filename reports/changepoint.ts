import type { ChangesFile } from "../src/changepoint/index.js";
import { isoUtc } from "../src/core/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { changeTimes } from "./changepoint/change-times.js";
import { changesSection } from "./changepoint/changes.js";
import { effectsSection } from "./changepoint/effects.js";
import { methodSection } from "./changepoint/method.js";
import { seriesSection } from "./changepoint/series.js";
import { verdictSection } from "./changepoint/verdict.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([verdictSection, changesSection, effectsSection, seriesSection, methodSection]);

/**
 * The changes of a table of series as a report: which series changed, when and how sure that is, by how much. It is dated
 * with the last observation; series whose times are plain numbers give it no date.
 *
 * @example const html = await renderHtml(changepointReport(result));
 */
export function changepointReport(result: ChangesFile): Report {
  const times = changeTimes(result);
  const last = result.series.flatMap(({ to }) => (to === null ? [] : times.position(to)));
  const { model, penalty, level } = result.options;
  return {
    schemaVersion: "1.0",
    id: "changepoint",
    title: "Changes of the series",
    generatedAt: times.dated && last.length > 0 ? isoUtc(last.reduce((a, b) => Math.max(a, b))) : UNDATED,
    ...originOf({ version: result.version, createdFrom: result.createdFrom }, [
      { name: "Model", value: String(model) },
      { name: "Penalty", value: String(penalty) },
      { name: "Level of the intervals", value: Number(level) },
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
