import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ChangeMonitor, type NabSeries, nabScore } from "../../../src/changepoint/index.js";
import { readTimedValues } from "../../../src/ingest/index.js";

const NAB = resolve(import.meta.dirname, "../../../../shared/data/nab");
const instant = (text: string): number => Date.parse(`${text.replace(" ", "T").slice(0, 19)}Z`);

describe.skipIf(!existsSync(NAB))("NAB, four AWS files (skipped without ../shared/data/nab)", () => {
  it("scores 82 and more in the standard profile, with the built-in threshold", async () => {
    const labels: Record<string, [string, string][]> = JSON.parse(readFileSync(`${NAB}/windows.json`, "utf8"));
    const series: NabSeries[] = [];
    for (const [name, spans] of Object.entries(labels)) {
      const { blocks } = await readTimedValues(`${NAB}/${name}`, { time: "timestamp", value: ["value"] });
      const [{ t, values }] = blocks;
      const monitor = new ChangeMonitor();
      const alerts = Array.from(t, (at, i) => (monitor.push(at, values[0][i]).alert ? i : -1)).filter((i) => i >= 0);
      const windows = spans.map(([left, right]): [number, number] => [
        t.findIndex((at) => at >= instant(left)),
        t.findLastIndex((at) => at <= instant(right)),
      ]);
      series.push({ n: t.length, windows, alerts });
    }
    const { score, windows, null: none } = nabScore(series);
    expect([windows, none]).toEqual([8, -8]);
    expect(score).toBeGreaterThan(82);
  });
});
