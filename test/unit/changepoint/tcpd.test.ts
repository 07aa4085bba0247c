import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { detectWith } from "../../../src/changepoint/detect.js";
import { AUTO_SETTINGS, type AutoSettings, coverScore, f1Score } from "../../../src/changepoint/index.js";

const DATA = resolve(import.meta.dirname, "../../../../shared/data/changepoint");
const NAMES = ["bank", "brent_spot", "quality_control_1", "run_log", "seatbelts", "well_log"];

const read = (file: string) => JSON.parse(readFileSync(`${DATA}/${file}.json`, "utf8"));

function scores(settings: AutoSettings) {
  const annotations = read("annotations");
  const rows = NAMES.map((name) => {
    const columns: Float64Array[] = read(name).series.map(({ raw }: { raw: number[] }) => Float64Array.from(raw));
    const found = detectWith(columns.length === 1 ? columns[0] : columns, {}, settings).changes.map((c) => c.index);
    return {
      found,
      f1: f1Score(annotations[name], found),
      cover: coverScore(annotations[name], found, columns[0].length),
    };
  });
  const mean = (key: "f1" | "cover"): number => rows.reduce((sum, row) => sum + row[key], 0) / rows.length;
  return { rows, f1: mean("f1"), cover: mean("cover") };
}

describe.skipIf(!existsSync(DATA))("the six annotated series (skipped without ../shared/data/changepoint)", () => {
  it("mean F1 of at least 0.90 and cover of at least 0.85 with one default", () => {
    const { f1, cover, rows } = scores(AUTO_SETTINGS);
    expect(f1).toBeGreaterThanOrEqual(0.9);
    expect(cover).toBeGreaterThanOrEqual(0.85);
    expect(rows[NAMES.indexOf("bank")].found).toEqual([]);
    expect(rows[NAMES.indexOf("quality_control_1")].found).toEqual([144]);
  });

  it("no constant decides: a fifth more or less costs no more than 0.05", () => {
    const base = scores(AUTO_SETTINGS).f1;
    for (const name of Object.keys(AUTO_SETTINGS) as (keyof AutoSettings)[]) {
      for (const factor of [0.8, 1.2]) {
        const { f1 } = scores({ ...AUTO_SETTINGS, [name]: AUTO_SETTINGS[name] * factor });
        expect(f1, `${name} × ${factor}`).toBeGreaterThanOrEqual(base - 0.05);
      }
    }
  });
});
