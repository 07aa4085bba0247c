import type { Command } from "commander";

/** `fleetlens backtest`: replays fleet logs through a policy and scores its events. */
export function registerBacktest(program: Command): void {
  program.command("backtest").description("Replay fleet logs through a policy and score its events against labels.");
}
