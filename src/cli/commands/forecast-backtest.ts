import type { Command } from "commander";

export function registerForecastBacktest(_program: Command): void {}
