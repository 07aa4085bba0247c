// Runs in a project that has only the packed fleetlens: imports every subpath and has one function of each do real work.
// Prints the subpaths whose answer was right, as JSON.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const y = Float64Array.from({ length: 24 * 21 }, (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 24) + (i % 7));

const exercises = {
  ".": (fleetlens) => assert.equal(fleetlens.quantile([3, 1, 2], 0.5), 2),
  "./core": (core) => {
    assert.equal(core.createRandom(1).child("a").uniform(), core.createRandom(1).child("a").uniform());
    assert.throws(() => core.parseDuration("soon"), core.InputError);
  },
  "./forecast": ({ forecast }) => {
    const [ahead] = forecast([{ id: "a", y }], { horizon: 24, season: [24], seed: 1 });
    assert.equal(ahead.mean.length, 24);
    assert.ok(ahead.lo[80][0] <= ahead.mean[0] && ahead.mean[0] <= ahead.hi[80][0]);
  },
  "./capacity": ({ planCapacity }) => {
    const hours = y.length;
    const hourly = {
      queues: ["a"],
      start: 0,
      hours,
      demand: [y],
      usage: [y],
      observed: [new Float64Array(hours).fill(1)],
    };
    const plan = planCapacity({ hourly, plan: { horizon_weeks: 1 } }, { paths: 50 });
    assert.equal(plan.schema, "fleetlens.capacity-plan/1");
    assert.equal(plan.weekly.filter((week) => week.queue === "a").length > 0, true);
  },
  "./binpack": ({ binpack, cuttingStockBound }) => {
    const column = (value) => Int32Array.of(value, value);
    const nodes = { n: 2, name: ["x", "y"], cpu: column(8000), memory: column(64), gpus: column(2), model: ["A", "A"] };
    const asked = { cpu: column(1000), memory: column(8), gpus: Int32Array.of(2, 1), milli: column(1000) };
    const { cluster } = binpack(nodes, { n: 2, name: ["p", "q"], spec: ["", ""], ...asked }, { policy: "fgd" });
    assert.ok(cluster.nodeOf.every((node) => node >= 0));
    assert.equal(cuttingStockBound([600, 400], [3, 3]).gpus, 3);
  },
  "./simulate": ({ simulate }) => {
    const seconds = Float64Array.of(60, 60);
    const jobs = { n: 2, id: ["a", "b"], submit: new Float64Array(2), duration: seconds, gpus: Int32Array.of(8, 8) };
    const cluster = { version: 1, pools: [{ name: "a100", gpus: 8 }] };
    assert.deepEqual([...simulate(jobs, cluster, { policy: "easy" }).start], [0, 60]);
  },
  "./gc-reachability": ({ buildCsr, reach }) => {
    const csr = buildCsr(4, Int32Array.of(0, 1), Int32Array.of(1, 2));
    assert.deepEqual([...reach(csr, Int32Array.of(0)).depth], [0, 1, 2, -1]);
  },
  "./changepoint": ({ detect, fpop }) => {
    const y = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 9) + (i % 3));
    assert.deepEqual([...fpop(y, 40)], [30]);
    assert.equal(detect(y).changes[0].index, 30);
  },
  "./incident": ({ burnRates, mixRate }) => {
    const series = {
      times: Float64Array.of(0, 60_000),
      good: Float64Array.of(99, 1),
      total: Float64Array.of(100, 100),
    };
    assert.equal(burnRates(series, { target: 0.999 }).errorBudget.consumed, 500);
    const moved = mixRate({ value: [1, 10], weight: [100, 100] }, { value: [0.5, 15], weight: [50, 150] });
    assert.ok(Math.abs(moved.rate) < 1e-12 && Math.abs(moved.mix - 0.0225) < 1e-12);
  },
  "./drift": ({ driftReport, psi }) => {
    const before = Float64Array.from({ length: 2000 }, (_, i) => i % 500);
    const report = driftReport({ before, same: before }, { before: before.map((x) => x + 60), same: before });
    assert.deepEqual(
      report.features.map(({ verdict }) => verdict),
      ["drift", "stable"],
    );
    assert.equal(psi(before, before).value, 0);
  },
  "./experiment": ({ gateAb, groupSequentialBounds }) => {
    assert.ok(Math.abs(groupSequentialBounds([0.5, 1], 0.025, "obf")[1] - 1.9686) < 1e-3);
    const arm = { experiment: "a", look: 1, information: 1, n_a: 1000, sum_a: 0, sumsq_a: 1000, n_b: 1000 };
    const { experiments } = gateAb([{ ...arm, sum_b: 300, sumsq_b: 1090 }], { design: "fixed" });
    assert.equal(experiments[0].decision, "reject");
  },
  "./backtest": ({ parsePolicy, replay }) => {
    const condition = '{name: hard, signal: g, op: "<=", enter: -0.3}';
    const trigger = `{id: brake, enabled: true, when: {mode: all, conditions: [${condition}]}}`;
    const head = 'schema: fleetlens.policy/1\nversion: "1.0.0"\nsignals: {g: {unit: g, range: [-2, 2]}}';
    const { policy } = parsePolicy(`${head}\ntriggers: [${trigger}]`);
    const [ts, g] = [Float64Array.of(0, 100, 200), Float64Array.of(0, -0.4, 0)];
    const log = { vehicle: new Int32Array(3), vehicleIds: ["car"], ts, lat: ts, lon: ts, signals: { g } };
    assert.deepEqual(replay(policy, log).onsetTs, Float64Array.of(100));
  },
  "./cost": ({ analyseCost, collectBill, parseMoney }) => {
    const start = Date.UTC(2026, 5, 1);
    const [billed, effective] = ["0.10", "0.30"].map((text) => parseMoney(text).value);
    const charge = { start, end: start + 86_400_000, billingMonth: null, category: "usage", correction: false };
    const own = { unused: false, commitment: null, region: null, service: "s", team: "a", family: "other" };
    const found = analyseCost(
      collectBill("USD", [{ ...charge, ...own, resource: null, pool: null, billed, effective }]),
    );
    assert.equal(found.bill.billed, "0.1");
    assert.deepEqual(
      found.showback.months[0].rows.map(({ team, total }) => [team, total]),
      [
        ["a", 0.3],
        ["_prepaid", -0.2],
      ],
    );
  },
  "./neural": async ({ decodeModel, neuralQuantiles, NEURAL_PROBABILITIES, openTensorBackend }) => {
    const shape = { window: 8, horizon: 4, seasons: [], blocks: 1, width: 1 };
    const quantiles = neuralQuantiles({ shape, weights: {} }, new Float64Array(9).fill(7), { horizon: 2 });
    assert.deepEqual(
      quantiles,
      NEURAL_PROBABILITIES.map(() => Float64Array.of(7, 7)),
    );
    assert.throws(() => decodeModel("{}", "weights.json"), /weights\.json/);
    // No tensor library came along.
    await assert.rejects(openTensorBackend("auto"), { code: "E_BACKEND_UNAVAILABLE" });
  },
  "./reports": async ({ defineReport, renderHtml, renderMarkdown }) => {
    const cells = [{ kind: "prose", id: "words", markdown: "Eight **GPUs** are enough." }];
    const report = defineReport({
      schemaVersion: "1.0",
      id: "small",
      title: "Small <report>",
      generatedAt: "2026-10-01T00:00:00Z",
      cells,
    });
    assert.match(renderMarkdown(report), /Eight \*\*GPUs\*\* are enough\./);
    assert.match(await renderHtml(report), /Small &lt;report&gt;/);
  },
  "./engine": async ({ openEngine }) => {
    const engine = await openEngine("duckdb");
    for await (const batch of engine.query({ sql: "SELECT 6 * 7 AS answer" })) {
      assert.equal(Number(batch.columns.answer.data[0]), 42);
    }
    await engine.close();
  },
  "./ingest": async ({ sha256File }) => {
    assert.match(await sha256File(fileURLToPath(import.meta.url)), /^[0-9a-f]{64}$/);
  },
  "./interop": ({ fromDataFrame }) => {
    const frame = fromDataFrame({ columns: ["a"], values: [[1], [null]] });
    assert.deepEqual(frame.a, Float64Array.of(1, Number.NaN));
  },
  "./schemas/*": async () => {
    const file = fileURLToPath(import.meta.resolve("fleetlens/schemas/plan.schema.json"));
    assert.equal(JSON.parse(await readFile(file, "utf8")).title, "fleetlens plan file");
  },
  "./package.json": async () => {
    const file = fileURLToPath(import.meta.resolve("fleetlens/package.json"));
    assert.equal(JSON.parse(await readFile(file, "utf8")).name, "fleetlens");
  },
};

const done = [];
for (const [subpath, exercise] of Object.entries(exercises)) {
  const isModule = !subpath.includes("*") && !subpath.endsWith(".json");
  await exercise(isModule ? await import(subpath.replace(/^\./, "fleetlens")) : undefined);
  done.push(subpath);
}
console.log(JSON.stringify(done));
