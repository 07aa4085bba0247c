#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import { VERSION } from "../core/version.js";
import { registerAggregate } from "./commands/aggregate.js";
import { registerBinpack } from "./commands/binpack.js";
import { registerCapacity } from "./commands/capacity.js";
import { registerChangepoint } from "./commands/changepoint.js";
import { registerDemand } from "./commands/demand.js";
import { registerDoctor } from "./commands/doctor.js";
import { registerForecast } from "./commands/forecast.js";
import { registerForecastBacktest } from "./commands/forecast-backtest.js";
import { registerGc } from "./commands/gc.js";
import { registerIncidents } from "./commands/incidents.js";
import { registerMonitor } from "./commands/monitor.js";
import { registerPlan } from "./commands/plan.js";
import { registerRca } from "./commands/rca.js";
import { registerReport } from "./commands/report.js";
import { registerSimulate } from "./commands/simulate.js";
import { registerSlo } from "./commands/slo.js";
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

for (const register of [
  registerPlan,
  registerForecast,
  registerDemand,
  registerForecastBacktest,
  registerBinpack,
  registerCapacity,
  registerSimulate,
  registerGc,
  registerMonitor,
  registerChangepoint,
  registerRca,
  registerSlo,
  registerIncidents,
  registerAggregate,
  registerReport,
  registerDoctor,
]) {
  register(program);
}

await run(program, process.argv.slice(2));
