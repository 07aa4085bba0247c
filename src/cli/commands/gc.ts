import type { Command } from "commander";
import { registerGcExplain } from "../gc/explain.js";
import { registerGcIngest } from "../gc/ingest.js";
import { registerGcPlan } from "../gc/plan.js";
import { registerGcReconcile } from "../gc/reconcile.js";
import { registerGcVerify } from "../gc/verify.js";
import { registerGcWhatIf } from "../gc/what-if.js";

/** `fleetlens gc`: what of a platform's artifacts may go. */
export function registerGc(program: Command): void {
  const gc = program.command("gc").description("Decide from a lineage graph which artifacts of a platform may go.");
  for (const register of [
    registerGcPlan,
    registerGcVerify,
    registerGcExplain,
    registerGcWhatIf,
    registerGcReconcile,
    registerGcIngest,
  ]) {
    register(gc);
  }
}
