import { type Command, CommanderError, InvalidArgumentError } from "commander";
import pc from "picocolors";
import {
  EngineError,
  FleetlensError,
  InputError,
  NumericalError,
  PolicyError,
  ReportError,
  UnavailableError,
} from "../core/errors.js";

/** What a command hands back to the frame once its files are in place. */
export interface CommandResult {
  /** Files written, as the user named them. */
  outputs?: string[];
  warnings?: string[];
  /** Facts for machines, shown under `summary` by `--json`. */
  summary?: Record<string, unknown>;
  /** What a person reads on stdout. */
  text?: string;
  /** 3 when a finding was asked for and found, 4 when a fuse has blown, 1 for an invalid policy; otherwise 0. */
  exitCode?: 0 | 1 | 3 | 4;
}

/** Called by long work; `total` 0 means unknown. Matches the `onProgress` option of the analysis modules. */
export type OnProgress = (done: number, total: number, label: string) => void;

export interface CommandContext {
  onProgress: OnProgress;
  /** Aborted by Ctrl-C or SIGTERM, so that temporary files are removed before the process ends. */
  signal: AbortSignal;
}

export type Handler<O> = (args: string[], options: O, context: CommandContext) => Promise<CommandResult>;

/** Ctrl-C, and how Slurm, Kubernetes and init end a process. */
const INTERRUPTS = ["SIGINT", "SIGTERM"] as const;

const BAD_INPUT = [InputError, NumericalError, PolicyError, ReportError];

/** Exit code of a failure: 2 usage or bad input, 3 optional part missing, 4 engine, 1 unexpected. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof EngineError) return 4;
  if (error instanceof UnavailableError) return 3;
  return BAD_INPUT.some((kind) => error instanceof kind) ? 2 : 1;
}

/** Progress on a terminal; elsewhere its package is not even loaded. */
async function progressOn(
  stream: NodeJS.WriteStream,
  quiet: boolean,
): Promise<{ onProgress: OnProgress; stop(): void }> {
  if (quiet || !stream.isTTY) return { onProgress: () => {}, stop: () => {} };
  const { default: ora } = await import("ora");
  const spinner = ora({ stream, discardStdin: false });
  return {
    onProgress(done, total, label) {
      spinner.text = total > 0 ? `${label} ${done}/${total}` : label;
      if (!spinner.isSpinning) spinner.start();
    },
    stop: () => {
      spinner.stop();
    },
  };
}

function report(result: CommandResult, name: string, json: boolean): void {
  if (json) {
    const { outputs = [], warnings = [], summary = {} } = result;
    const line = { schema: "fleetlens.cli/1", command: name, ok: true, outputs, warnings, summary };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  for (const warning of result.warnings ?? []) process.stderr.write(`${pc.yellow("warning:")} ${warning}\n`);
  if (result.text) process.stdout.write(result.text.endsWith("\n") ? result.text : `${result.text}\n`);
}

function fail(error: unknown, name: string, json: boolean): void {
  const known = error instanceof FleetlensError;
  const code = known ? error.code : "E_UNEXPECTED";
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = exitCodeOf(error);
  process.exitCode = exitCode;
  if (json) {
    const details = known ? error.details : {};
    const line = { schema: "fleetlens.cli/1", command: name, ok: false, exitCode, error: { code, message, details } };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  process.stderr.write(`${code}: ${message.replaceAll("\n", " ")}\n`);
  if (!known && process.env["FLEETLENS_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/** Full name of a command, e.g. `report render`. */
function commandName(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(" ");
}

/**
 * Gives a commander command its action: progress on stderr (only on a terminal), `--json`, errors as one line with a
 * stable code, and the exit code.
 */
export function action<O extends object>(command: Command, handler: Handler<O>): Command {
  command.option("--json", "print one JSON object for machines on stdout instead of text");
  return command.action(async (...received: unknown[]) => {
    const self = received.at(-1) as Command;
    const options = received.at(-2) as O & { json?: boolean };
    const json = options.json === true;
    const name = commandName(self);
    const abort = new AbortController();
    let code = 0;
    const onInterrupt = (_signal: NodeJS.Signals, number: number) => {
      code = 128 + number;
      abort.abort();
    };
    for (const signal of INTERRUPTS) process.once(signal, onInterrupt);
    const progress = await progressOn(process.stderr, json);
    try {
      const result = await handler(
        self.processedArgs
          .flat()
          .filter((value) => value !== undefined)
          .map(String),
        options,
        {
          onProgress: progress.onProgress,
          signal: abort.signal,
        },
      );
      progress.stop();
      report(result, name, json);
      process.exitCode = result.exitCode ?? 0;
    } catch (error) {
      progress.stop();
      if (abort.signal.aborted) {
        process.stderr.write("interrupted; nothing was written\n");
        process.exitCode = code;
      } else fail(error, name, json);
    } finally {
      for (const signal of INTERRUPTS) process.removeListener(signal, onInterrupt);
    }
  });
}

/** commander parser for an integer in a range. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`expected a whole number from ${min}${max < 2 ** 53 - 1 ? ` to ${max}` : ""}.`);
    }
    return value;
  };
}

/** commander parser for a positive number. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError("expected a positive number.");
  }
  return value;
}

/** commander parser for a comma-separated list of numbers. */
export function numberList(check: (value: number) => boolean, wanted: string): (text: string) => number[] {
  return (text) =>
    text.split(",").map((part) => {
      const value = Number(part);
      if (part.trim() === "" || !Number.isFinite(value) || !check(value)) {
        throw new InvalidArgumentError(`expected ${wanted}, got "${part}".`);
      }
      return value;
    });
}

/** Runs a program; usage mistakes become `E_USAGE` on stderr and exit code 2. */
export async function run(program: Command, argv: string[]): Promise<void> {
  const quietly = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => {} });
    command.commands.forEach((child) => {
      quietly(child as Command);
    });
  };
  quietly(program);
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    if (error.code === "commander.help") {
      process.stderr.write(program.helpInformation());
      process.exitCode = 2;
      return;
    }
    const message = error.message.replace(/^error: /, "");
    if (argv.includes("--json")) {
      const line = {
        schema: "fleetlens.cli/1",
        command: argv
          .filter((a) => !a.startsWith("-"))
          .slice(0, 1)
          .join(" "),
        ok: false,
        exitCode: 2,
        error: { code: "E_USAGE", message, details: {} },
      };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
    process.stderr.write(`E_USAGE: ${message.replaceAll("\n", " ")}\n`);
    process.exitCode = 2;
  }
}
