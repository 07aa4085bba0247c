import { InputError } from "../../core/errors.js";
import { nearestName } from "../../core/nearest-name.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";
import { type PricesFile, PricesFileSchema, TERMS } from "./prices-file.js";

/** What the schema cannot say. */
function check(prices: PricesFile): string[] {
  const problems: string[] = [];
  const expiry = (path: string, { until, until_hour }: { until?: string; until_hour?: number }) => {
    if (until !== undefined && until_hour !== undefined) problems.push(`${path}: give until or until_hour, not both`);
    if (until !== undefined && prices.start === undefined) {
      problems.push(`${path}.until: needs start, the instant of hour 0; or give until_hour`);
    }
  };
  const families = Object.keys(prices.families);
  if (families.length === 0) problems.push("families: expected at least one");
  for (const [name, { commit, max_commit, existing }] of Object.entries(prices.families)) {
    for (const term of TERMS) {
      if (max_commit?.[term] !== undefined && commit?.[term] === undefined) {
        problems.push(`families.${name}.max_commit.${term}: there is no commit price of ${term}`);
      }
    }
    existing.forEach((one, i) => {
      const path = `families.${name}.existing[${i}]`;
      if (one.price === undefined && commit?.[one.term] === undefined) {
        problems.push(`${path}: give its price, as there is no commit price of ${one.term}`);
      }
      expiry(path, one);
    });
  }
  for (const [term, plan] of Object.entries(prices.savings_plans ?? {})) {
    for (const family of Object.keys(plan.rates)) {
      if (families.includes(family)) continue;
      const near = nearestName(family, families);
      problems.push(`savings_plans.${term}.rates: no family "${family}" in families; the nearest is "${near}"`);
    }
    plan.existing.forEach((one, i) => {
      expiry(`savings_plans.${term}.existing[${i}]`, one);
    });
  }
  return problems;
}

/**
 * The prices from parsed JSON, defaults filled in.
 *
 * @param name what to call the file in errors
 * @throws InputError with the first problems, each with its path (`families.a100.spot: unknown key …`)
 */
export function parsePrices(value: unknown, name = "prices"): PricesFile {
  const parsed = PricesFileSchema.safeParse(value);
  const problems = parsed.success ? check(parsed.data) : schemaProblems(PricesFileSchema, value, parsed.error);
  if (problems.length > 0 || !parsed.success) {
    throw new InputError(`${name}: ${problemText(problems)}`, { file: name, problems });
  }
  return parsed.data;
}
