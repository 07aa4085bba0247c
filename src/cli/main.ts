#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import { VERSION } from "../core/version.js";
import { run } from "./frame.js";
import { optionHelp } from "./option-help.js";

// V8's helper threads free the many small arrays of a forecast for 15 % of all CPU time, which another worker could use.
setFlagsFromString("--no-concurrent-array-buffer-sweeping");

const program = new Command("fleetlens")
  .description("Analytics and forecasting for ML platforms and vehicle fleets, with notebook-style reports.")
  .version(VERSION)
  .configureHelp({ optionDescription: optionHelp })
  .showHelpAfterError(false)
  .addHelpText(
    "after",
    "\nExamples:\n  fleetlens plan init --out plan.yaml\n  fleetlens plan plan.yaml --out plan\n  fleetlens doctor\n" +
      "\nExit codes: 0 ok, 2 bad input or usage, 3 a finding or an optional part missing, 4 engine.",
  );

/** Commands in the order of the help, each loaded by itself: a run needs one, and reading all takes as long as some runs. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = Object.freeze({
  plan: async () => (await import("./commands/plan.js")).registerPlan,
  forecast: async () => (await import("./commands/forecast.js")).registerForecast,
  demand: async () => (await import("./commands/demand.js")).registerDemand,
  "forecast-backtest": async () => (await import("./commands/forecast-backtest.js")).registerForecastBacktest,
  binpack: async () => (await import("./commands/binpack.js")).registerBinpack,
  capacity: async () => (await import("./commands/capacity.js")).registerCapacity,
  cost: async () => (await import("./commands/cost.js")).registerCost,
  simulate: async () => (await import("./commands/simulate.js")).registerSimulate,
  gc: async () => (await import("./commands/gc.js")).registerGc,
  gate: async () => (await import("./commands/gate.js")).registerGate,
  monitor: async () => (await import("./commands/monitor.js")).registerMonitor,
  changepoint: async () => (await import("./commands/changepoint.js")).registerChangepoint,
  rca: async () => (await import("./commands/rca.js")).registerRca,
  slo: async () => (await import("./commands/slo.js")).registerSlo,
  incidents: async () => (await import("./commands/incidents.js")).registerIncidents,
  drift: async () => (await import("./commands/drift.js")).registerDrift,
  policy: async () => (await import("./commands/policy.js")).registerPolicy,
  backtest: async () => (await import("./commands/backtest.js")).registerBacktest,
  align: async () => (await import("./commands/align.js")).registerAlign,
  aggregate: async () => (await import("./commands/aggregate.js")).registerAggregate,
  merge: async () => (await import("./commands/merge.js")).registerMerge,
  report: async () => (await import("./commands/report.js")).registerReport,
  doctor: async () => (await import("./commands/doctor.js")).registerDoctor,
});

const asked = process.argv[2] ?? "";
const wanted = Object.hasOwn(COMMANDS, asked) ? [COMMANDS[asked]] : Object.values(COMMANDS);
for (const load of wanted) (await load())(program);

await run(program, process.argv.slice(2));
