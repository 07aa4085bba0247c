import type { Command } from "commander";

export function registerDemand(_program: Command): void {}
