import type { Command } from "commander";
import { registerGateAb } from "../gate/ab.js";
import { registerGateCanary } from "../gate/canary.js";
import { registerGateEdge } from "../gate/edge.js";
import { registerGateOta } from "../gate/ota.js";
import { registerGateService } from "../gate/service.js";

/** `fleetlens gate`: statistical gates before more of the fleet gets a change. */
export function registerGate(program: Command): void {
  const gate = program
    .command("gate")
    .description("Statistical gates: whether a change may go on to more of the fleet.");
  for (const register of [registerGateAb, registerGateCanary, registerGateOta, registerGateEdge, registerGateService])
    register(gate);
}
