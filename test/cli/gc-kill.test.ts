import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { InputError } from "../../src/core/errors.js";
import { createRandom, type Random } from "../../src/core/random.js";
import type { GcReport } from "../../src/gc-reachability/index.js";
import { type PlanOptions, planGc, verifyGc } from "../../src/ingest/gc/plan/index.js";
import { readPlan } from "../../src/ingest/gc/plan/plan-folder.js";
import { object, sha256, writeCase } from "../unit/ingest/gc-plan/plan-case.js";

const [LANES, ROUNDS] = [6, 9];
const CHILD = resolve(import.meta.dirname, "gc-plan-again.mjs");

let folder: string;
let inputs: PlanOptions[];
let reports: GcReport[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  const ids = Array.from({ length: 40 }, (_, i) => `s3://b/${i}`);
  const edges = ids.slice(1).map((id, i) => [ids[i], id] as const);
  const protections = [{ id: ids[20], type: "custom", name: "p" }];
  const objects = ids.map((id) => object(id));
  inputs = [
    await writeCase(join(folder, "a"), { objects, edges, protections }),
    await writeCase(join(folder, "b"), { objects: objects.slice(5), edges, protections }),
  ];
  reports = [];
  for (const options of inputs) reports.push((await planGc(options)).report);
  expect(reports[0].plan_digest).not.toBe(reports[1].plan_digest);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Resolves at a moment of its own: after some time, or as soon as something changes in the folder of the plan. */
async function moment(random: Random, out: string): Promise<void> {
  if (random.int(3) > 0) return sleep(random.uniform() * 600);
  const changes = random.int(12);
  await new Promise<void>((done) => {
    let seen = 0;
    const watcher = watch(out, () => {
      if (seen++ < changes) return;
      watcher.close();
      done();
    });
  });
}

/** Lets a child plan into the folder and kills it. */
async function killPlanning(random: Random, out: string): Promise<void> {
  const child = spawn(process.execPath, [CHILD, out, ...inputs.map((options) => JSON.stringify(options))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  // Some children are killed before they have planned at all.
  if (random.int(6) > 0) await once(child.stdout, "data");
  await moment(random, out);
  child.kill("SIGKILL");
  const [code, signal] = await exit;
  expect([code, signal]).toEqual([null, "SIGKILL"]);
}

/** `none` when the folder is refused, otherwise the plan that stands in it, whole. */
async function standing(out: string): Promise<"none" | "A" | "B"> {
  const report = await readPlan(out).catch((error: unknown) => {
    if (error instanceof InputError) return error;
    throw error;
  });
  if (report instanceof InputError) {
    // Never a report over files that are not its own.
    expect(report.message).toBe(`${out}: no report.json, so no whole plan; plan again`);
    return "none";
  }
  const which = reports.findIndex(({ plan_digest }) => plan_digest === report.plan_digest);
  expect(report).toEqual(reports[which]);
  for (const { path, sha256: hash } of report.files) expect(sha256(await readFile(join(out, path)))).toBe(hash);
  expect(existsSync(join(out, "error.json"))).toBe(false);
  return which === 0 ? "A" : "B";
}

it(`a plan that is killed leaves no plan or a whole one (${LANES * ROUNDS} kills)`, async () => {
  const found = { none: 0, A: 0, B: 0 };
  const lane = async (k: number) => {
    const random = createRandom(2026).child(k);
    const out = join(folder, `lane-${k}`);
    await mkdir(out);
    for (let round = 0; round < ROUNDS; round++) {
      await killPlanning(random.child(round), out);
      found[await standing(out)]++;
    }
    await planGc({ ...inputs[0], out });
    expect(await standing(out)).toBe("A");
    expect((await verifyGc({ ...inputs[0], plan: out })).ok).toBe(true);
  };
  await Promise.all(Array.from({ length: LANES }, (_, k) => lane(k)));
  expect(found.none + found.A + found.B).toBe(LANES * ROUNDS);
  expect(found.A + found.B).toBeGreaterThan(0);
});
