import type { Command } from "commander";

export function registerForecast(_program: Command): void {}
