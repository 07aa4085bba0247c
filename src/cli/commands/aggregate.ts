import type { Command } from "commander";

export function registerAggregate(_program: Command): void {}
