import { type Command, InvalidArgumentError, Option } from "commander";
import type { ReportMaker } from "../../../reports/index.js";
import { InputError, ReportError } from "../../core/errors.js";
import { action } from "../frame.js";

const FORMATS = ["html", "md", "json", "svg", "png", "ipynb", "qmd", "pdf"] as const;
type Format = (typeof FORMATS)[number];

interface RenderOptions {
  to: Format[];
  out: string;
  name?: string;
  interactive: "full" | "none";
  theme: "auto" | "light" | "dark";
}

/** A report is text and small tables; anything bigger is not one. */
const MAX_BYTES = 256 * 1024 * 1024;

function formats(text: string): Format[] {
  const wanted = text.split(",").map((part) => part.trim());
  const unknown = wanted.find((format) => !(FORMATS as readonly string[]).includes(format));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`expected some of ${FORMATS.join(", ")}, got "${unknown}".`);
  return FORMATS.filter((format) => wanted.includes(format));
}

/** Reads a JSON file of bounded size. */
async function readJson(path: string): Promise<unknown> {
  const { readFile, stat } = await import("node:fs/promises");
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`cannot read ${path}: ${error.code === "ENOENT" ? "no such file" : error.message}`, { path });
  });
  if (!found.isFile()) throw new InputError(`cannot read ${path}: it is not a file`, { path });
  if (found.size > MAX_BYTES) {
    throw new ReportError("E_REPORT_PARSE", `${path} has ${found.size} bytes; at most ${MAX_BYTES} are read`, { path });
  }
  try {
    return JSON.parse((await readFile(path, "utf8")).replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new ReportError("E_REPORT_PARSE", `${path} is not JSON: ${(error as Error).message}`, { path });
  }
}

/** The thresholds that a backtest tried: `sweep.json` beside its metrics, unless it is that of another run. */
async function sweepBeside(path: string, result: unknown): Promise<unknown> {
  const { existsSync } = await import("node:fs");
  const { dirname, join } = await import("node:path");
  const { isDeepStrictEqual } = await import("node:util");
  const file = join(dirname(path), "sweep.json");
  if (!existsSync(file)) return undefined;
  const sweep = await readJson(file);
  const runOf = (value: unknown) => (value as { createdFrom?: unknown } | null)?.createdFrom;
  return isDeepStrictEqual(runOf(sweep), runOf(result)) ? sweep : undefined;
}

/** Reads a report, or makes one of a result by the notebook of its kind. */
async function readReport(path: string) {
  const { defineReport } = await import("../../report/index.js");
  const input = await readJson(path);
  const schema = (input as { schema?: unknown } | null)?.schema;
  const kind = typeof schema === "string" ? /^fleetlens\.([a-z0-9-]+)\/\d+$/.exec(schema)?.[1] : undefined;
  if (kind === undefined) return defineReport(input);
  const notebooks: Readonly<Record<string, ReportMaker>> = (await import("../../../reports/index.js")).notebooks;
  if (!Object.hasOwn(notebooks, kind)) {
    const known = Object.keys(notebooks).join(", ") || "none yet";
    throw new ReportError("E_REPORT_INVALID", `$.schema: no report is made of "${schema}"; kinds with one: ${known}`, {
      path: "$.schema",
    });
  }
  return defineReport(await notebooks[kind](input, kind === "backtest" ? await sweepBeside(path, input) : undefined));
}

/** Refuses names that would leave the folder or hide the file. */
function fileName(name: string | undefined, id: string): string {
  const wanted = name ?? id;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
  if (wanted === "" || /^\.|[/\\\u0000-\u001f]/.test(wanted)) {
    const what =
      name === undefined ? `the report's id "${id}" is no file name; give one by --name` : `--name "${name}"`;
    throw new InputError(`${what}: expected a name without path separators that does not start with a dot`, { name });
  }
  return wanted;
}

async function render(path: string, options: RenderOptions): Promise<Map<string, string | Uint8Array>> {
  const kit = await import("../../report/index.js");
  const report = await readReport(path);
  const name = fileName(options.name, report.id);
  const asked = new Set(options.to);
  const theme = options.theme === "dark" ? "dark" : "light";
  const picture = asked.has("svg") ? "svg" : asked.has("png") ? "png" : null;
  const links = picture ? { chartPath: (id: string) => `${name}.${id}.${picture}` } : {};
  const files = new Map<string, string | Uint8Array>();
  if (asked.has("html")) {
    files.set(`${name}.html`, await kit.renderHtml(report, { interactive: options.interactive, theme: options.theme }));
  }
  if (asked.has("md")) files.set(`${name}.md`, kit.renderMarkdown(report, links));
  if (asked.has("json")) files.set(`${name}.json`, kit.renderJson(report));
  const pictures = new Map<string, string>();
  for (const cell of picture ? report.cells : []) {
    if (cell.kind !== "chart") continue;
    const svg = await kit.renderSvg({ ...cell.spec, description: cell.alt }, { theme });
    pictures.set(cell.id, svg);
    if (asked.has("svg")) files.set(`${name}.${cell.id}.svg`, svg);
    if (asked.has("png")) files.set(`${name}.${cell.id}.png`, await kit.renderPng(svg));
  }
  if (asked.has("ipynb"))
    files.set(
      `${name}.ipynb`,
      kit.notebookText(await kit.renderNotebook(report, theme === "light" ? { pictures } : {})),
    );
  if (asked.has("qmd")) files.set(`${name}.qmd`, kit.renderQmd(report, links));
  if (asked.has("pdf")) files.set(`${name}.pdf`, await kit.renderPdf(report));
  return files;
}

const RENDER_EXAMPLES = `
Examples:
  fleetlens report render capacity_plan_2026-10.report.json --to html,md --out reports
  fleetlens report render capacity_plan_2026-10.json --to html,png,ipynb --out reports --theme dark`;

/** `fleetlens report render | validate | schema`. */
export function registerReport(program: Command): void {
  const report = program
    .command("report")
    .description("Render a report or a result to HTML, Markdown, notebooks, pictures.");

  action<RenderOptions>(
    report
      .command("render")
      .description("Render INPUT to files in DIR; nothing is written unless everything is.")
      .argument("<input>", "a report, or a result of fleetlens, as JSON")
      .requiredOption("--to <formats>", `comma-separated: ${FORMATS.join(", ")}`, formats)
      .requiredOption("--out <dir>", "folder for the files; made when missing")
      .option("--name <name>", "name of the files (default: the report's id)")
      .addOption(new Option("--interactive <mode>", "scripts in the HTML").choices(["full", "none"]).default("full"))
      .addOption(new Option("--theme <theme>", "colour scheme").choices(["auto", "light", "dark"]).default("auto"))
      .addHelpText("after", RENDER_EXAMPLES),
    async ([input], options) => {
      const { join } = await import("node:path");
      const { writeAtomically } = await import("../../ingest/atomic.js");
      const { refuseOwnInput } = await import("../own-input.js");
      const files = await render(input, options);
      refuseOwnInput(
        input,
        [...files.keys()].map((file) => join(options.out, file)),
      );
      const outputs = await writeAtomically(async (atomic) => {
        for (const [file, content] of files) await atomic.write(join(options.out, file), content);
      });
      return { outputs, text: outputs.join("\n") };
    },
  );

  action(
    report
      .command("validate")
      .description("Check a report (or the report made of a result); prints ok.")
      .argument("<input>", "a report, or a result of fleetlens, as JSON")
      .addHelpText("after", "\nExamples:\n  fleetlens report validate capacity_plan_2026-10.report.json"),
    async ([input]) => {
      const { id, cells } = await readReport(input);
      return { summary: { id, cells: cells.length }, text: "ok" };
    },
  );

  const schemaCommand = report
    .command("schema")
    .description("Print the JSON Schema of reports.")
    .addHelpText("after", "\nExamples:\n  fleetlens report schema > report.schema.json");
  action(schemaCommand, async () => {
    const { reportJsonSchema } = await import("../../report/model.js");
    const schema = reportJsonSchema();
    return { summary: { schema }, text: JSON.stringify(schema, null, 2) };
  });
}
