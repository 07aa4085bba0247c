import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RcaCase, rcaCase } from "../../fixtures/rca.js";
import { RCA_FIXTURE } from "../../fixtures/rca-result.js";
import { type RcaFile, RcaFileSchema } from "../../src/incident/index.js";
import { interruptAtWork } from "./interrupt.js";
import { fleetlens } from "./program.js";

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const iso = (ms: number) => new Date(ms).toISOString();

/** A column as the cells of its rows. */
function table(columns: Readonly<Record<string, ArrayLike<unknown>>>): string {
  const names = Object.keys(columns);
  const cell = (value: unknown) => (value === undefined || Number.isNaN(value) ? "" : String(value));
  const rows = Array.from({ length: columns[names[0]].length }, (_, i) => names.map((name) => cell(columns[name][i])));
  return `${[names, ...rows].map((row) => row.join(",")).join("\n")}\n`;
}

/** Writes the five files of a case, the times of the events in their own zone; gives the options that name them. */
async function writeCase({ kpi, events, slices, samples, replay }: RcaCase, name: string): Promise<string[]> {
  await mkdir(at(name), { recursive: true });
  const zoned = (ms: number) => iso(ms + 2 * 3_600_000).replace("Z", "+02:00");
  const files = {
    kpi: table({
      time: Array.from(kpi.times, iso),
      value: kpi.values,
      ...(kpi.requests ? { requests: kpi.requests } : {}),
    }),
    events: table({
      event_id: events.map(({ eventId }) => eventId),
      time: events.map(({ time }) => zoned(time)),
      kind: events.map(({ kind }) => kind),
      target: events.map(({ target }) => target),
      scope: events.map(({ scope = {} }) =>
        Object.entries(scope)
          .map(([k, v]) => `${k}=${v}`)
          .join(";"),
      ),
      end_time: events.map(({ endTime }) => (endTime === undefined ? "" : zoned(endTime))),
    }),
    slices: table({
      time: Array.from(slices.times, iso),
      ...Object.fromEntries(
        slices.dimensions.map(({ name: dimension, codes, values }) => [dimension, Array.from(codes, (c) => values[c])]),
      ),
      value: slices.value,
      weight: slices.weight,
    }),
    samples: table({
      time: Array.from(samples.time, (ms) => ms / 1000),
      label: samples.label,
      pred: samples.pred,
      score: samples.score,
      ...samples.dimensions,
    }),
    replay: table({ ...replay }),
  };
  for (const [file, text] of Object.entries(files)) await writeFile(at(`${name}/${file}.csv`), text);
  return Object.keys(files).flatMap((file) => [`--${file}`, at(`${name}/${file}.csv`)]);
}

/** Runs the command and reads its result. */
async function analyse(options: readonly string[], out: string): Promise<RcaFile> {
  const { code, stderr } = fleetlens(["rca", ...options, "--out", at(out)]);
  expect([code, stderr.replaceAll(/warning: .*\n/g, "")]).toEqual([0, ""]);
  return RcaFileSchema.parse(JSON.parse(await readFile(at(`${out}/rca.json`), "utf8")));
}

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

describe("fleetlens rca", () => {
  const known = rcaCase(1, RCA_FIXTURE);
  let options: string[];
  let result: RcaFile;
  beforeAll(async () => {
    options = await writeCase(known, "known");
    result = await analyse([...options, "--cost-per-bad", "0.5", "--slo-target", "0.99"], "out");
  });

  it("writes the keys of the contract, with times in UTC to the second", () => {
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining([
        ...["schema", "firstBad", "recovered", "events", "noListedEventPosterior", "slices", "blastRadius", "probes"],
        ...["replay", "rootCauseClass", "version", "createdFrom"],
      ]),
    );
    expect(Object.keys(result.firstBad ?? {})).toEqual([
      ...["index", "time", "timeLow", "timeHigh", "level", "kind", "direction"],
    ]);
    const event = ["eventId", "rank", "posterior", "lagSeconds", "kind", "why"];
    for (const key of event) expect(result.events[0]).toHaveProperty(key);
    const slice = ["rank", "where", "score", "explainedShare", "before", "after", "delta", "weight", "kind"];
    for (const key of slice) expect(result.slices[0]).toHaveProperty(key);
    const radius = ["badSeconds", "requests", "excessBad", "excessBadLow", "excessBadHigh", "byDimension", "cost"];
    for (const key of radius) expect(result.blastRadius).toHaveProperty(key);
    const { firstBad, recovered, events, detection, kpi } = result;
    const times = [firstBad?.time, firstBad?.timeLow, firstBad?.timeHigh, recovered?.time, kpi.from, kpi.to];
    for (const time of [...times, ...events.map(({ time }) => time), ...kpi.excerpt.times]) expect(time).toMatch(UTC);
    expect(detection.monitorAlert?.time ?? kpi.to).toMatch(UTC);
    expect(result.createdFrom.inputs.map(({ rows }) => rows)).toEqual([
      known.kpi.times.length,
      known.events.length,
      known.slices.times.length,
      known.samples.time.length,
      known.replay.request_id.length,
    ]);
    expect(result.createdFrom.options).toEqual({ direction: "auto", cost_per_bad: 0.5, slo_target: 0.99 });
  });

  it("finds what really happened", () => {
    const { truth } = known;
    const { firstBad, recovered, events, slices, noListedEventPosterior, blastRadius } = result;
    expect(Date.parse(firstBad?.timeLow ?? "")).toBeLessThanOrEqual(truth.onset ?? 0);
    expect(Date.parse(firstBad?.timeHigh ?? "")).toBeGreaterThanOrEqual(truth.onset ?? 0);
    expect(firstBad).toMatchObject({ kind: "step", direction: "up", level: 0.95 });
    expect(Math.abs((recovered?.index ?? 0) - (truth.recoveredIndex ?? 0))).toBeLessThanOrEqual(2);
    expect(events[0].eventId).toBe(truth.eventId);
    expect(slices[0]).toMatchObject({ where: truth.where, kind: "rate", rank: 1 });
    const total = events.reduce((sum, { posterior }) => sum + posterior, noListedEventPosterior);
    expect(total).toBeCloseTo(1, 9);
    expect(blastRadius.excessBadLow).toBeLessThanOrEqual(truth.excessBad);
    expect(blastRadius.excessBadHigh).toBeGreaterThanOrEqual(truth.excessBad);
    expect(blastRadius.cost).toBeCloseTo(0.5 * blastRadius.excessBad, 6);
    expect(blastRadius.slo).toMatchObject({ target: 0.99, windowDays: 30 });
    expect(result.probes?.where).toEqual(truth.where);
    expect(result.replay?.n).toBe(known.replay.request_id.length);
  });

  it("writes one document in two formats, and report render makes the same of the result", async () => {
    const render = fleetlens(["report", "render", at("out/rca.json"), "--to", "md,html", "--out", at("again")]);
    expect([render.code, render.stderr]).toEqual([0, ""]);
    expect((await readdir(at("out"))).sort()).toEqual(["rca.html", "rca.json", "rca.md"]);
    for (const name of ["rca.md", "rca.html"]) {
      expect(await readFile(at(`again/${name}`), "utf8")).toBe(await readFile(at(`out/${name}`), "utf8"));
    }
    const markdown = await readFile(at("out/rca.md"), "utf8");
    for (const head of ["Summary", "Timeline", "What set it off", "Blast radius", "Five whys", "Fishbone"]) {
      expect(markdown).toContain(`\n## ${head}\n`);
    }
  });

  it("gives the same bytes again, and does not mind the order of rows", async () => {
    await analyse([...options, "--cost-per-bad", "0.5", "--slo-target", "0.99"], "twice");
    for (const name of ["rca.json", "rca.md", "rca.html"]) {
      expect(await readFile(at(`twice/${name}`), "utf8")).toBe(await readFile(at(`out/${name}`), "utf8"));
    }
    await mkdir(at("turned"), { recursive: true });
    for (const name of ["kpi", "events", "slices", "samples", "replay"]) {
      const [head, ...rows] = (await readFile(at(`known/${name}.csv`), "utf8")).trimEnd().split("\n");
      await writeFile(at(`turned/${name}.csv`), `${[head, ...rows.reverse()].join("\n")}\n`);
    }
    const turned = await analyse(
      options.map((option) => option.replace("/known/", "/turned/")),
      "turned-out",
    );
    expect(turned.firstBad).toEqual(result.firstBad);
    expect(turned.events).toEqual(result.events);
    expect(turned.slices.map(({ where }) => where)).toEqual(result.slices.map(({ where }) => where));
  });

  it("tells in a few lines what it found", () => {
    const { stdout } = fleetlens(["rca", ...options.slice(0, 4), "--out", at("lines")]);
    expect(stdout).toMatch(/^first bad \d{4}-.*Z \(.* to .*\), recovered .* -> /);
    expect(stdout).toContain(`1. ${known.truth.eventId} `);
    const { stdout: json } = fleetlens(["rca", ...options.slice(0, 4), "--out", at("lines"), "--json"]);
    expect(JSON.parse(json)).toMatchObject({
      ok: true,
      summary: { first_bad: result.firstBad?.time, likeliest_event: known.truth.eventId, slice: null },
    });
  });

  it("is silent on a quiet KPI, and on files without rows", async () => {
    const quiet = await writeCase(rcaCase(2, { ...RCA_FIXTURE, incident: "none" }), "quiet");
    expect(await analyse(quiet, "quiet-out")).toMatchObject({
      firstBad: null,
      recovered: null,
      events: [],
      noListedEventPosterior: 1,
      slices: [],
      probes: null,
      rootCauseClass: "unknown",
    });
    await writeFile(at("none.csv"), "time,value\n");
    await writeFile(at("no-events.csv"), "event_id,time,kind,target\n");
    const empty = ["--kpi", at("none.csv"), "--events", at("no-events.csv")];
    expect(await analyse(empty, "empty-out")).toMatchObject({
      firstBad: null,
      kpi: { rows: 0 },
      warnings: ["rows of the KPI with a value: 0; nothing can be found in fewer than 12"],
    });
  });

  it("takes a direction, and finds nothing where the KPI only moved the other way", async () => {
    const down = await analyse([...options.slice(0, 4), "--direction", "down"], "down");
    expect(down.firstBad?.direction ?? "down").toBe("down");
    expect(down.firstBad?.time).not.toBe(result.firstBad?.time);
  });
});

describe("fleetlens rca, refusing", () => {
  const GOOD = {
    kpi: "time,value,requests\n2026-06-01T00:00:00Z,0.1,100\n",
    events: "event_id,time,kind,target\na,2026-06-01T00:00:00Z,code,x\n",
  };
  const run = async (files: Readonly<Record<string, string>>, args: readonly string[] = []) => {
    const options: string[] = [];
    for (const [name, text] of Object.entries({ ...GOOD, ...files })) {
      await writeFile(at(`bad-${name}.csv`), text);
      options.push(`--${name}`, at(`bad-${name}.csv`));
    }
    return fleetlens(["rca", ...options, ...args, "--out", at("refused")]);
  };

  it.each<[string, Record<string, string>, RegExp]>([
    ["a KPI without values", { kpi: "time,v\n2026-06-01,1\n" }, /bad-kpi\.csv: no column "value"/],
    ["a KPI's time", { kpi: "time,value\nnoon,1\n" }, /bad-kpi\.csv row 1: column "time": got "noon"/],
    ["negative requests", { kpi: "time,value,requests\n2026-06-01,0.1,-1\n" }, /row 1: column "requests": got "-1"/],
    ["plain numbers for times", { kpi: "time,value\n1,1\n2,2\n" }, /column "time" holds plain numbers/],
    [
      "an event's time",
      { events: `${GOOD.events}b,soon,code,x\n` },
      /bad-events\.csv row 2: column "time": got "soon"/,
    ],
    ["an event twice", { events: `${GOOD.events}a,2026-06-01T01:00:00Z,code,x\n` }, /event "a" is there twice/],
    [
      "a scope",
      { events: "event_id,time,kind,target,scope\na,2026-06-01,code,x,eu\n" },
      /row 1: column "scope": got "eu"/,
    ],
    ["slices without dimensions", { slices: "time,value,weight\n2026-06-01,1,2\n" }, /bad-slices\.csv: no dimension/],
    ["a score", { samples: "time,label,pred,score\n2026-06-01,a,a,7\n" }, /row 1: column "score": got "7"/],
    ["a flag", { replay: "request_id,before_ok,after_ok\nr,1,maybe\n" }, /row 1: column "after_ok": got "maybe"/],
  ])("%s", async (_what, files, message) => {
    const { code, stderr } = await run(files);
    expect(stderr).toMatch(/^E_INPUT: /);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });

  it.each([
    [["--direction", "sideways"], /E_USAGE/],
    [["--cost-per-bad", "-1"], /E_USAGE: .*cost from 0/],
    [["--slo-target", "99.9"], /E_USAGE: .*between 0 and 1/],
    [["--wat"], /E_USAGE: unknown option/],
  ] as const)("%j", async (args, message) => {
    const { code, stderr } = await run({}, args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it("warns of kinds that it does not know, and goes on", async () => {
    const { code, stderr } = await run({ events: "event_id,time,kind,target\na,2026-06-01T00:00:00Z,deploy,x\n" });
    expect(stderr).toMatch(/^warning: .*"deploy" counts as "other"/);
    expect(code).toBe(0);
    await rm(at("refused"), { recursive: true });
  });

  it("leaves nothing behind", async () => {
    await expect(readdir(at("refused"))).rejects.toThrow();
  });
});

describe("fleetlens rca, interrupted", () => {
  it("leaves neither files nor temporary ones, and ends with 130", async () => {
    const rows = Array.from({ length: 400_000 }, (_, i) => `${1_780_000_000 + 60 * i},${(i * 7919) % 1000},${i % 3}`);
    await writeFile(at("long.csv"), `time,value,region\n${rows.join("\n")}\n`);
    await writeFile(at("log.csv"), "event_id,time,kind,target\n");
    await mkdir(at("cancelled"));
    const args = ["--kpi", at("long.csv"), "--events", at("log.csv"), "--slices", at("long.csv")];
    expect(await interruptAtWork(["rca", ...args, "--out", at("cancelled")], at("scratch"))).toBe(130);
    expect(await readdir(at("cancelled"))).toEqual([]);
    expect(await readdir(at("scratch"))).toEqual([]);
  });
});
