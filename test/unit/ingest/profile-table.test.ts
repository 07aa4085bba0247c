import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { compareProfiles, driftReport, profileFile } from "../../../src/drift/index.js";
import { writeAtomically } from "../../../src/ingest/atomic.js";
import { profileAccumulator } from "../../../src/ingest/drift/profile-accumulator.js";
import { isProfile, readProfile, saveProfile } from "../../../src/ingest/drift/profile-file.js";
import { profileTable } from "../../../src/ingest/drift/profile-table.js";
import { readDriftSide, sideProfile } from "../../../src/ingest/drift/read-drift-side.js";
import { readDriftTable } from "../../../src/ingest/drift/read-drift-table.js";
import { copyTo, temporaryFolder } from "./files.js";

const path = temporaryFolder();
const DAY = 86_400_000;

/** Rows from hashes of their number, the same everywhere. */
const rows = (n: number, seed: number, shift = 0) => `SELECT
  CASE WHEN hash(i, ${seed}) % 50 = 0 THEN NULL WHEN hash(i, ${seed}) % 50 = 1 THEN 'NaN'::DOUBLE
       ELSE (hash(i, ${seed + 1}) % 100000) / 1000.0 + CASE WHEN i * 3 > ${n * 2} THEN ${shift} ELSE 0 END END AS value,
  CASE WHEN hash(i, ${seed + 2}) % 20 > 0 THEN 'level ' || (hash(i, ${seed + 3}) % 7) END AS gear,
  CASE WHEN hash(i, ${seed + 4}) % 30 > 0 THEN 'r' || (hash(i, ${seed + 4}) % 3) END AS region,
  hash(i, ${seed + 5}) % 2 = 0 AS ok,
  TIMESTAMP '2024-01-01' + INTERVAL 1 SECOND * (i * 259200 // ${n}) AS at
  FROM range(${n}) r(i)`;

const OPTIONS = { slices: ["region"], time: "at", windowMs: DAY };
const text = (read: Awaited<ReturnType<typeof profileTable>>) =>
  JSON.stringify(profileFile(read.profile, { inputs: [], options: {} }));

describe("profileTable", () => {
  it("has the cells of the report of the same tables read whole: slices, windows, missing values", async () => {
    const a = await copyTo(path("a.parquet"), rows(150_000, 1));
    const b = await copyTo(path("b.parquet"), rows(130_000, 50, 20));
    const [before, after] = await Promise.all([a, b].map((one) => readDriftTable(one, OPTIONS)));
    const report = driftReport(before.table!, after.table!, OPTIONS);
    const [one, other] = await Promise.all([a, b].map((file) => profileTable(file, OPTIONS)));
    const sketched = compareProfiles(one.profile, other.profile, OPTIONS);
    expect(sketched.features.length).toBe(3 * 4 * 4);
    sketched.features.forEach((entry, i) => {
      const exact = report.features[i];
      const what = ({
        feature,
        kind,
        slice,
        window,
        n_reference,
        n_current,
        missing_reference,
        missing_current,
      }: typeof entry) => [feature, kind, slice, window, n_reference, n_current, missing_reference, missing_current];
      expect(what(entry)).toEqual(what(exact));
      const error = entry.stats["ks"]?.["rank_error"] ?? 1e-12;
      expect(Math.abs(Number(entry.effect.value) - Number(exact.effect.value))).toBeLessThanOrEqual(error);
      const toThreshold = Math.abs(Number(exact.effect.value) - 0.05);
      if (entry.verdict !== exact.verdict && toThreshold > error) expect(entry.verdict).toBe("inconclusive");
    });
    expect(sketched.dataset.first_drift).toEqual(report.dataset.first_drift);
    expect(sketched.features.some(({ feature, verdict }) => feature === "value" && verdict === "drift")).toBe(true);
  });

  it("is the same to the byte for any number of threads, files and formats", async () => {
    const parquet = await copyTo(path("same.parquet"), rows(140_000, 9));
    const whole = text(await profileTable(parquet, { ...OPTIONS, threads: 1 }));
    expect(text(await profileTable(parquet, { ...OPTIONS, threads: 4 }))).toBe(whole);
    const halves = await Promise.all(
      [0, 1].map((half) =>
        copyTo(
          path(`same-${half}.parquet`),
          `FROM (${rows(140_000, 9)}) ORDER BY "at" LIMIT 70000 OFFSET ${half * 70_000}`,
        ),
      ),
    );
    const ordered = await copyTo(path("ordered.parquet"), `FROM (${rows(140_000, 9)}) ORDER BY "at"`);
    expect(text(await profileTable(halves, OPTIONS))).toBe(text(await profileTable(ordered, OPTIONS)));
    const csv = await copyTo(path("same.csv"), `SELECT value, gear, region FROM (${rows(3000, 9)})`, "csv");
    const few = await copyTo(path("few.parquet"), `SELECT value, gear, region FROM (${rows(3000, 9)})`);
    expect(text(await profileTable(csv, { slices: ["region"] }))).toBe(
      text(await profileTable(few, { slices: ["region"] })),
    );
  });

  it("counts levels beyond 10,000 by SpaceSaving, and beyond 100,000 only where they are asked for", async () => {
    const file = await copyTo(
      path("many.parquet"),
      `SELECT CASE WHEN i % 3 = 0 THEN 'often' ELSE 'rare ' || (i % 40000) END AS some, 'row ' || i AS id, i % 5 AS x FROM range(200000) r(i)`,
    );
    const { profile, warnings } = await profileTable(file);
    expect([...profile.columns.keys()]).toEqual(["some", "x"]);
    expect(warnings).toEqual([
      expect.stringMatching(/many.parquet: column "id" has more than 100000 values.*no feature/),
    ]);
    const levels = (of: typeof profile, feature: string) => {
      const sample = of.cells.find((cell) => cell.feature === feature)!.sample;
      if (sample.kind !== "level-sketch") throw new Error("a sketch was expected");
      return sample.levels;
    };
    const some = levels(profile, "some");
    expect(some.counts.size).toBe(10_000);
    expect(some.counts.get("often")).toEqual({ count: 66_667, error: 0 });
    expect(some.unseen).toBeGreaterThan(0);
    expect(some.unseen).toBeLessThanOrEqual(20);
    const named = await profileTable(file, { features: ["id"] });
    expect(levels(named.profile, "id").n).toBe(200_000);
    await expect(profileTable(file, { slices: ["id"] })).rejects.toThrow(
      /column "id" has more than 100000 values.*leave it out/,
    );
  });

  it("keeps the 200 slice values with the most rows, and says so", async () => {
    const file = await copyTo(
      path("slices.parquet"),
      `SELECT i % 7 AS x, 's' || floor(sqrt(i))::INT AS s FROM range(90000) r(i)`,
    );
    const { profile, warnings } = await profileTable(file, { slices: ["s"] });
    expect(profile.cells.length).toBe(201);
    expect(profile.slices).toEqual([{ column: "s", left: 100 }]);
    expect(warnings).toEqual([expect.stringMatching(/slice column "s" has 300 values: the 200 with the most rows/)]);
    expect(profile.cells.map(({ slice }) => slice?.["s"])).not.toContain("s99");
  });

  it("makes latency sketches where asked to, and tells rows without a time", async () => {
    const file = await copyTo(
      path("latency.parquet"),
      `SELECT exp((i % 1000) / 100.0) AS ms, CASE WHEN i % 10 > 0 THEN TIMESTAMP '2024-05-01' END AS at, 'a' AS g FROM range(5000) r(i)`,
    );
    const { profile, warnings } = await profileTable(file, { latencies: ["ms"], time: "at", windowMs: DAY });
    const [whole] = profile.cells;
    expect(whole.sample.kind === "numeric-sketch" && whole.sample.latency!.quantile(0.5) / Math.exp(4.99)).toBeCloseTo(
      1,
      1.9,
    );
    expect(warnings).toEqual([expect.stringMatching(/500 rows without "at" are in no window/)]);
    await expect(profileTable(file, { latencies: ["g"] })).rejects.toThrow(
      /latency.parquet: column "g" is named as a latency/,
    );
    await expect(profileTable(file, { latencies: ["mss"] })).rejects.toThrow(/no column "mss"/);
    await expect(profileTable(file, { windowMs: 1 })).rejects.toThrow(/column of times/);
  });

  it("refuses more cells than memory is meant for", () => {
    const features = Array.from({ length: 101 }, (_, i) => ({
      name: `x${i}`,
      kind: "numeric" as const,
      latency: false,
    }));
    const values = Float64Array.from({ length: 400 }, (_, i) => i);
    const accumulator = profileAccumulator(features, [], 1);
    expect(() =>
      accumulator.add({
        numbers: () => values,
        levels: () => ({ codes: [], levels: [] }),
        slices: [],
        windows: values,
      }),
    ).toThrow(/more than 20000 cells/);
  });
});

describe("a saved profile", () => {
  it("is read back as it was, and told from other JSON", async () => {
    const file = await copyTo(path("small.parquet"), rows(5000, 20));
    const { profile, inputs } = await profileTable(file, OPTIONS);
    const target = path("profile.json");
    await writeAtomically((files) => saveProfile(files, target, profile, { inputs, options: {} }));
    const back = await readProfile(target);
    expect(back.input).toMatchObject({ name: target, rows: 5000 });
    await writeAtomically((files) => saveProfile(files, path("again.json"), back.profile, { inputs, options: {} }));
    expect(await readFile(path("again.json"), "utf8")).toBe(await readFile(target, "utf8"));
    const rowsFile = path("rows.json");
    await writeFile(rowsFile, '[{"schema": "fleetlens.drift-profile/1"}]');
    expect(await Promise.all([target, rowsFile, file, path("none.json")].map(isProfile))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("that is damaged or none is refused by name", async () => {
    const bad = path("bad.json");
    await writeFile(bad, (await readFile(path("profile.json"), "utf8")).slice(0, 5000));
    await expect(readProfile(bad)).rejects.toThrow(/bad.json: the profile is cut short or no JSON/);
    await writeFile(bad, '{"schema": "fleetlens.slo/1"}');
    expect(await isProfile(bad)).toBe(true);
    await expect(readProfile(bad)).rejects.toThrow(
      /bad.json: this is no drift profile: it has schema "fleetlens.slo\/1"/,
    );
    await writeFile(bad, JSON.stringify({ ...JSON.parse(await readFile(path("profile.json"), "utf8")), cells: [] }));
    await expect(readProfile(bad)).rejects.toThrow(/bad.json: cells: there is none of all rows for column/);
    await expect(readProfile(path("none.json"))).rejects.toThrow(/cannot read profile ".*none.json": no such file/);
  });
});

describe("readDriftSide", () => {
  it("refuses a JSON object, which is no table; rows are a list or on lines of their own", async () => {
    const options = { exactLimit: 100 };
    const file = path("object.json");
    for (const object of ["{}", '{"rows": 5, "columns": [], "cells": []}', '{\n  "x": [1, 2]\n}\n', '{"schema": 5}']) {
      await writeFile(file, object);
      await expect(readDriftSide(file, options)).rejects.toThrow(/object.json: a JSON object is neither a table/);
    }
    await writeFile(file, '{"rows": 1, "schema": "fleetlens.slo/1"}');
    await expect(readDriftSide(file, options)).rejects.toThrow(/no drift profile: it has schema "fleetlens.slo/);
    for (const table of ['{"x": 1}\n{"x": 2}\n', '[{"x": 1}, {"x": 2}]']) {
      await writeFile(file, table);
      expect((await readDriftSide(file, options)).table?.rows).toBe(2);
    }
  });

  it("reads values up to the limit, sketches beyond it, and profiles", async () => {
    const file = path("small.parquet");
    const exact = await readDriftSide(file, { ...OPTIONS, exactLimit: 5000 });
    const sketched = await readDriftSide(file, { ...OPTIONS, exactLimit: 4999 });
    const saved = await readDriftSide(path("profile.json"), { ...OPTIONS, exactLimit: 5000 });
    expect([exact, sketched, saved].map(({ table, profile }) => [table !== null, profile !== null])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
    const report = compareProfiles(await sideProfile(exact, OPTIONS), await sideProfile(saved, OPTIONS), OPTIONS);
    expect(new Set(report.features.map(({ verdict }) => verdict))).not.toContain("drift");
    expect(sketched.inputs).toEqual(exact.inputs);
  });
});
