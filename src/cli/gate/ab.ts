import { type Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../../core/errors.js";
import { AB_DESIGNS, type AbDesign } from "../../experiment/ab/ab-designs.js";
import { DEFAULT_AB_OPTIONS } from "../../experiment/ab/ab-options.js";
import { action, type CommandContext, type CommandResult, integer, positive } from "../frame.js";
import { share } from "./option-values.js";

interface Options {
  input?: string;
  design: AbDesign;
  alpha: number;
  rhoRows: number;
  failOn?: string[];
  plan?: boolean;
  baseline?: number;
  target?: number;
  effectSize?: number;
  power?: number;
  ratio?: number;
  looks?: number;
  daily?: number;
  out?: string;
}

const FINDINGS = ["reject", "guardrail_stop", "srm"];
/** Options that only one of the two jobs takes. */
const PLAN_ONLY = ["baseline", "target", "effectSize", "power", "ratio", "looks", "daily"] as const;
const LOOKS_ONLY = ["input", "failOn"] as const;

const EXAMPLES = `
Examples:
  fleetlens gate ab --input looks.parquet --design obf --alpha 0.05 --out ab_summary.json
  fleetlens gate ab --input looks.csv --design always-valid --fail-on guardrail_stop,srm --out ab_summary.json
  fleetlens gate ab --plan --baseline 0.10 --target 0.12 --power 0.8 --design obf --looks 5 --daily 2000
  fleetlens gate ab --plan --effect-size 0.2 --power 0.9 --design fixed --out plan.json

A row is a metric of an experiment at a look, with sums over all rows so far: experiment, look, n_a, sum_a, sumsq_a, n_b,
sum_b, sumsq_b, information; optional metric, role (primary, guardrail), better (higher, lower), share_a and a covariate's
sum_x_a, sumsq_x_a, sum_xy_a, sum_x_b, sumsq_x_b, sum_xy_b. docs/gate-ab.md explains designs and decisions.`;

function effect(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value === 0) {
    throw new InvalidArgumentError("expected a number other than 0.");
  }
  return value;
}

function findings(text: string): string[] {
  const names = text.split(",");
  const unknown = names.find((name) => !FINDINGS.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`expected some of ${FINDINGS.join(", ")} after commas.`);
  return names;
}

const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws InputError for an option of the other job, and for one that is needed and missing */
function checkJob(o: Options): void {
  const other = (o.plan ? LOOKS_ONLY : PLAN_ONLY).find((name) => o[name] !== undefined);
  if (other) throw new InputError(`${flag(other)} has no meaning ${o.plan ? "with" : "without"} --plan`);
  if (!o.plan && o.input === undefined) throw new InputError("--input is missing: the file with the looks (or --plan)");
}

async function decideLooks(o: Options, { signal, onProgress }: CommandContext): Promise<CommandResult> {
  const { gateAb } = await import("../../experiment/index.js");
  const { readLooks } = await import("../../ingest/gate/read-looks.js");
  const { refuseOwnInput } = await import("../own-input.js");
  const { abText } = await import("./ab-words.js");
  const { gateContent, writeOut } = await import("./write-gate.js");
  const { out } = o;
  const input = o.input as string;
  refuseOwnInput(input, [out]);
  onProgress(0, 0, "reading");
  const read = await readLooks(input, { needsInformation: o.design !== "always-valid", signal });
  const options = { design: o.design, alpha: o.alpha, tunedRows: o.rhoRows };
  const found = (() => {
    try {
      return gateAb(read.looks, options);
    } catch (error) {
      throw read.located(error);
    }
  })();
  const shown = { design: o.design, alpha: o.alpha, rho_rows: o.rhoRows };
  const content = gateContent({ kind: "ab", found, inputs: read.inputs, options: shown });
  const outputs = await writeOut(out, content);
  const { experiments, warnings } = found;
  const decisions: Record<string, number> = {};
  for (const { decision } of experiments) decisions[decision] = (decisions[decision] ?? 0) + 1;
  const hit = experiments.some(
    ({ decision, srm }) => o.failOn?.includes(decision) || (srm.flag && o.failOn?.includes("srm")),
  );
  return {
    outputs,
    warnings,
    summary: { experiments: experiments.length, decisions, srm: experiments.filter(({ srm }) => srm.flag).length },
    text: out === undefined ? content : abText(found, out),
    exitCode: hit ? 3 : 0,
  };
}

async function planExperiment(o: Options): Promise<CommandResult> {
  const { planAb } = await import("../../experiment/index.js");
  const { abPlanText } = await import("./ab-words.js");
  const { gateContent, writeOut } = await import("./write-gate.js");
  const { baseline, target, effectSize } = o;
  const shares = baseline !== undefined && target !== undefined;
  if (shares === (effectSize !== undefined) || (!shares && (baseline ?? target) !== undefined)) {
    throw new InputError(
      "--plan needs --baseline and --target (two shares), or --effect-size (Cohen's d of two means)",
    );
  }
  const plan = planAb(shares ? { baseline, target } : { effectSize: effectSize as number }, {
    ...{ design: o.design, alpha: o.alpha, tunedRows: o.rhoRows },
    ...(o.power === undefined ? {} : { power: o.power }),
    ...(o.ratio === undefined ? {} : { ratio: o.ratio }),
    ...(o.looks === undefined ? {} : { looks: o.looks }),
    ...(o.daily === undefined ? {} : { dailyRows: o.daily }),
  });
  const options = {
    ...{ baseline: baseline ?? null, target: target ?? null, effect_size: effectSize ?? null },
    ...{ design: o.design, alpha: o.alpha, power: plan.power, ratio: plan.ratio, looks: plan.looks.length },
    ...{ daily: o.daily ?? null, rho_rows: o.rhoRows },
  };
  const { out } = o;
  const outputs = await writeOut(out, gateContent({ kind: "ab-plan", found: plan, inputs: [], options }));
  const { fixed, n_a, n_b, inflation, days } = plan;
  return { outputs, summary: { fixed, n_a, n_b, inflation, days }, text: abPlanText(plan, out) };
}

/** `fleetlens gate ab`: A/B experiments that are looked at while they run, and the rows that they need. */
export function registerGateAb(gate: Command): void {
  const of = DEFAULT_AB_OPTIONS;
  const command = gate
    .command("ab")
    .description("Decide A/B experiments that are looked at while they run, or plan how many rows one needs.")
    .option("--input <file>", "looks: .parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob")
    .addOption(new Option("--design <name>", "how looks are paid for").choices(AB_DESIGNS).default(of.design))
    .option("--alpha <level>", "two-sided level of an experiment", share, of.alpha)
    .option("--rho-rows <n>", "rows of both arms at which always-valid intervals are narrowest", positive, of.tunedRows)
    .option("--fail-on <findings>", "exit with 3 on any of reject, guardrail_stop, srm, separated by commas", findings)
    .option("--plan", "give sample sizes instead")
    .option("--baseline <share>", "plan: share of a", share)
    .option("--target <share>", "plan: share of b that is to be found", share)
    .option("--effect-size <d>", "plan: difference of means ÷ standard deviation (Cohen's d)", effect)
    .option("--power <share>", "plan: chance to find the effect (default: 0.8)", share)
    .option("--ratio <x>", "plan: rows of b for each row of a (default: 1)", positive)
    .option("--looks <n>", "plan: looks at equal steps (default: 5; fixed has one)", integer(1, 1000))
    .option("--daily <rows>", "plan: rows of both arms a day, for the duration", positive)
    .option("--out <file>", "JSON file to write (default: print it; --plan: print a summary alone)")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, context) => {
    checkJob(o);
    return o.plan ? planExperiment(o) : decideLooks(o, context);
  });
}
