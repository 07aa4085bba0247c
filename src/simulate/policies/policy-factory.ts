import { InputError } from "../../core/errors.js";
import { createDrf } from "../fair/drf-scheduler.js";
import { createGavel } from "../fair/gavel.js";
import { createKueue } from "../fair/kueue.js";
import { createMultifactor } from "../fair/multifactor.js";
import type { SchedulerFactory } from "../types.js";
import { conservative } from "./conservative.js";
import { easy } from "./easy.js";
import { inOrder } from "./in-order.js";
import { POLICIES, type PolicyName } from "./policy-names.js";

const FACTORIES: Readonly<Record<PolicyName, SchedulerFactory>> = Object.freeze({
  fifo: inOrder,
  sjf: inOrder,
  easy,
  conservative,
  multifactor: createMultifactor,
  drf: createDrf,
  kueue: createKueue,
  gavel: createGavel,
});

/** @throws InputError for a name that is none of {@link POLICIES} */
export function policyFactory(name: PolicyName): SchedulerFactory {
  if (!Object.hasOwn(FACTORIES, name)) {
    throw new InputError(`unknown policy "${name}"; there are ${POLICIES.join(", ")}`, { policy: name });
  }
  return FACTORIES[name];
}
