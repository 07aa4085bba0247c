import { InputError } from "../../core/errors.js";

/** The designs of an experiment that is looked at. */
export const AB_DESIGNS = Object.freeze(["obf", "pocock", "always-valid", "fixed"] as const);

export type AbDesign = (typeof AB_DESIGNS)[number];

/** @throws InputError for a design that there is not */
export function checkDesign(design: AbDesign): void {
  if (AB_DESIGNS.includes(design)) return;
  throw new InputError(`design must be one of ${AB_DESIGNS.join(", ")}, got ${JSON.stringify(design)}`, { design });
}
