import { type Command, Option } from "commander";
import type { OtaGate } from "../../experiment/index.js";
import { DEFAULT_OTA_OPTIONS } from "../../experiment/ota/ota-options.js";
import { action } from "../frame.js";
import { alignedRows, figure, interval } from "./gate-text.js";
import { share } from "./option-values.js";

interface Options {
  input: string;
  soak?: string;
  maxRate: number;
  alpha: number;
  beta: number;
  out?: string;
  failOn?: string;
}

const ORDER = ["accept", "continue", "halt"];

const EXAMPLES = `
Examples:
  fleetlens gate ota --input waves.parquet --alpha 0.05 --max-rate 0.02 --out ota.json
  fleetlens gate ota --input waves.csv --soak soak.csv --out ota.json --fail-on halt

Columns: wave, region, attempted, failed. Soak: vehicle, hours, failed (true | false), optional region.
Each region is tested wave by wave (Wald's SPRT): max-rate is bad, half of it good. docs/gate.md has the rules.`;

function text({ cells, decision, overall, soak }: OtaGate): string {
  const last = new Map(cells.map((cell) => [cell.region, cell]));
  const rows = [...last.values()].map(({ region, decision, wave, llr }) => {
    const of = cells.filter((cell) => cell.region === region);
    const [failed, attempted] = [of.reduce((n, c) => n + c.failed, 0), of.reduce((n, c) => n + c.attempted, 0)];
    return [decision, region, `${failed} of ${attempted} failed`, `llr ${figure(llr)} after wave ${wave}`];
  });
  const { failed, attempted, rate, lower, upper, llr } = overall;
  const all = ["", "all", `${failed} of ${attempted} failed`, `llr ${figure(llr)}`];
  const survival = (soak ?? []).map((one) => {
    const { region, survival, lower, upper, hours, vehicles } = one;
    const range = lower === null ? "" : ` ${interval(lower, upper)}`;
    return `  soak of ${region ?? "all"}: survival ${figure(survival)}${range} over ${figure(hours)} h, ${vehicles} vehicles`;
  });
  const share = rate === null ? "" : `: failure rate ${figure(rate)} ${interval(lower, upper)}`;
  return [`${decision}${share}`, ...alignedRows([...rows, all]), ...survival].join("\n");
}

/** `fleetlens gate ota`: whether a rollout over the air may go on. */
export function registerGateOta(gate: Command): void {
  const of = DEFAULT_OTA_OPTIONS;
  const command = gate
    .command("ota")
    .description("Decide whether a rollout over the air may go on, by waves and regions.")
    .requiredOption(
      "--input <file>",
      "waves: .parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob",
    )
    .option("--soak <file>", "vehicles after their update, for their survival")
    .option("--max-rate <share>", "failure rate that is bad; half of it is good", share, of.maxRate)
    .option("--alpha <share>", "chance of a false halt over all regions; 1 - level of the intervals", share, of.alpha)
    .option("--beta <share>", "chance of accepting a bad region", share, of.beta)
    .option("--out <file>", "JSON file to write (default: print it)")
    .addOption(
      new Option("--fail-on <decision>", "exit 3 for this decision or a worse one").choices(["continue", "halt"]),
    )
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { gateOta } = await import("../../experiment/index.js");
    const { readOtaSoak, readOtaWaves } = await import("../../ingest/gate/read-ota.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const { locateRow } = await import("./locate-row.js");
    const { writeGate } = await import("./write-gate.js");
    for (const input of [o.input, ...(o.soak === undefined ? [] : [o.soak])]) refuseOwnInput(input, [o.out]);
    onProgress(0, 0, "reading");
    const { waves, inputs } = await readOtaWaves(o.input, { signal });
    const soak = o.soak === undefined ? null : await readOtaSoak(o.soak, { signal });
    const { maxRate, alpha, beta } = o;
    const options = { maxRate, alpha, beta };
    const found = locateRow(inputs, () => gateOta({ ...waves, ...(soak ? { soak: soak.soak } : {}) }, options));
    const allInputs = [...inputs, ...(soak?.inputs ?? [])];
    const outcome = {
      kind: "ota",
      found,
      inputs: allInputs,
      options,
      order: ORDER,
      summary: { rate: found.overall.rate },
      text: text(found),
    };
    return writeGate(outcome, o);
  });
}
