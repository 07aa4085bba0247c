import type { LabelTable } from "../types.js";

/** Labels of one trigger, by vehicle. */
export interface TriggerLabels {
  has(vehicleId: string): boolean;
  /** The labels of these vehicles. */
  of(vehicleIds: Iterable<string>): LabelTable;
}

export function triggerLabels(labels: LabelTable, triggerId: string): TriggerLabels {
  const rows = new Map<string, number[]>();
  for (let row = 0; row < labels.trigger.length; row++) {
    if (labels.triggerIds[labels.trigger[row]] !== triggerId) continue;
    const vehicle = labels.vehicleIds[labels.vehicle[row]];
    const own = rows.get(vehicle);
    if (own) own.push(row);
    else rows.set(vehicle, [row]);
  }
  return {
    has: (vehicleId) => rows.has(vehicleId),
    of(ids) {
      const vehicleIds = [...ids];
      const taken = vehicleIds.flatMap((id, vehicle) => (rows.get(id) ?? []).map((row) => ({ row, vehicle })));
      return {
        labelIds: taken.map(({ row }) => labels.labelIds[row]),
        triggerIds: [triggerId],
        trigger: new Int32Array(taken.length),
        vehicleIds,
        vehicle: Int32Array.from(taken, ({ vehicle }) => vehicle),
        ts: Float64Array.from(taken, ({ row }) => labels.ts[row]),
        endTs: Float64Array.from(taken, ({ row }) => labels.endTs[row]),
        severity: null,
      };
    },
  };
}
