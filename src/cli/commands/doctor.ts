import { type Command, InvalidArgumentError } from "commander";
import pc from "picocolors";
import { EngineError, UnavailableError } from "../../core/errors.js";
import { VERSION } from "../../core/version.js";
import { type Check, PARTS, type Part } from "../doctor/check.js";
import { action } from "../frame.js";

interface DoctorOptions {
  require?: Part[];
  json?: boolean;
}

function partList(text: string): Part[] {
  return text.split(",").map((word) => {
    const part = PARTS.find((name) => name === word.trim());
    if (!part) throw new InvalidArgumentError(`unknown part "${word.trim()}"; the parts are ${PARTS.join(", ")}.`);
    return part;
  });
}

async function examine(): Promise<Check[]> {
  const [runtime, engine, rendering, neural, optional] = await Promise.all([
    import("../doctor/runtime.js"),
    import("../doctor/engine.js"),
    import("../doctor/rendering.js"),
    import("../doctor/neural.js"),
    import("../doctor/optional-packages.js"),
  ]);
  return Promise.all([
    runtime.checkNode(),
    engine.checkEngine(),
    runtime.checkTimeZones(),
    runtime.checkTemp(),
    rendering.checkFonts(),
    rendering.checkPng(),
    rendering.checkPdf(),
    neural.checkNeural(),
    optional.checkSpark(),
  ]);
}

const MARKS = Object.freeze({ ok: pc.green("ok     "), missing: pc.yellow("missing"), failed: pc.red("failed ") });

function table(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ part }) => part.length));
  const lines = checks.map(({ part, status, detail }) => `${MARKS[status]}  ${part.padEnd(width)}  ${detail}`);
  return `fleetlens ${VERSION}\n${lines.join("\n")}`;
}

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("Say which parts of fleetlens work on this machine, and how to mend the others.")
    .option("--require <parts>", "exit 3 unless these parts work too, e.g. png,pdf", partList)
    .addHelpText(
      "after",
      `\nParts: ${PARTS.join(", ")}.\n\nExamples:\n  fleetlens doctor\n  fleetlens doctor --require png,pdf --json\n`,
    );
  action<DoctorOptions>(command, async (_args, options) => {
    const checks = await examine();
    const text = table(checks);
    const broken = checks.filter(({ required, status }) => required && status !== "ok");
    if (broken.length) {
      // The failure below is one line; the table says what does work.
      if (!options.json) process.stdout.write(`${text}\n`);
      const message = broken.map(({ part, detail }) => `${part}: ${detail}`).join("; ");
      if (broken.some(({ part }) => part === "engine")) throw new EngineError(message, { version: VERSION, checks });
      throw new UnavailableError("E_DOCTOR", message, { version: VERSION, checks });
    }
    const lacking = checks.filter(
      ({ part, status }) => status !== "ok" && options.require?.some((name) => name === part),
    );
    return {
      text,
      warnings: lacking.map(({ part, detail }) => `--require ${part}: ${detail}`),
      summary: {
        version: VERSION,
        node: process.versions.node,
        platform: process.platform,
        arch: process.arch,
        checks,
      },
      exitCode: lacking.length ? 3 : 0,
    };
  });
}
