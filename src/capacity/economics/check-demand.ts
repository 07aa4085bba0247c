import { InputError } from "../../core/errors.js";
import { nearestName } from "../../core/nearest-name.js";
import type { Risk } from "./buy-jointly.js";
import type { PricesFile } from "./prices-file.js";
import type { DemandScenarios } from "./types.js";

/** @throws InputError for demand that cannot be priced */
export function checkDemand(
  { families, scenarios, hours, firstHour, gpus }: DemandScenarios,
  prices: PricesFile,
): void {
  const known = Object.keys(prices.families);
  if (families.length === 0 || scenarios < 1 || hours < 1) {
    throw new InputError("the demand is empty: expected at least one family, scenario and hour");
  }
  for (const [f, family] of families.entries()) {
    if (families.indexOf(family) < f) throw new InputError(`family "${family}" comes twice in the demand`, { family });
    if (!known.includes(family)) {
      throw new InputError(
        `the prices have no family "${family}" of the demand; the nearest is "${nearestName(family, known)}"`,
        { family, known },
      );
    }
    if (gpus[f]?.length !== scenarios * hours) {
      throw new InputError(
        `family "${family}": expected ${scenarios} scenarios × ${hours} hours of GPUs, got ${gpus[f]?.length ?? 0} values`,
        { family },
      );
    }
    const bad = gpus[f].findIndex((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
    if (bad >= 0) {
      const at = `scenario ${Math.floor(bad / hours)} hour ${firstHour + (bad % hours)}`;
      throw new InputError(`family "${family}" ${at}: expected GPUs from 0, got ${gpus[f][bad]}`, { family });
    }
  }
}

/** @throws InputError for a risk that has no meaning */
export function checkRisk({ level, weight }: Risk): void {
  if (!(level >= 0 && level < 1))
    throw new InputError(`the CVaR level must be from 0 to below 1, got ${level}`, { level });
  if (!(weight >= 0 && weight <= 1))
    throw new InputError(`the risk weight must be from 0 to 1, got ${weight}`, { weight });
}
