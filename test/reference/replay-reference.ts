// A slow replay, row by row, written from the description of the state machine and nothing else: what the fast one is
// compared with. It shares types with it, no code.
import type {
  ColumnarLog,
  Comparison,
  Condition,
  DerivedSignal,
  Geofence,
  Policy,
  Trigger,
  TriggerParameters,
} from "../../src/backtest/types.js";

export interface ReferenceEvent {
  trigger: string;
  vehicle: string;
  onsetTs: number;
  triggerTs: number;
  endTs: number;
  closeReason: "exit" | "gap" | "max_duration" | "end_of_data";
  nSamples: number;
  extreme: number;
  geofence: string | null;
  lat: number;
  lon: number;
}

interface Row {
  vehicle: string;
  t: number;
  lat: number;
  lon: number;
  values: Map<string, number>;
}

type Truth = true | false | "unknown";

export function replayReference(policy: Policy, log: ColumnarLog): ReferenceEvent[] {
  const vehicles = byVehicle(usedRows(log));
  const events: ReferenceEvent[] = [];
  for (const trigger of policy.triggers) {
    if (!trigger.enabled) continue;
    for (const rows of vehicles.values()) {
      events.push(...runMachine(policy, trigger, withDerived(rows, policy.derived, trigger.parameters.max_gap_ms)));
    }
  }
  const text = new TextEncoder();
  const order = (a: string, b: string): number => Buffer.compare(text.encode(a), text.encode(b));
  return events.sort((a, b) => order(a.trigger, b.trigger) || order(a.vehicle, b.vehicle) || a.onsetTs - b.onsetTs);
}

function usedRows(log: ColumnarLog): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < log.ts.length; i++) {
    if (log.vehicle[i] < 0 || Number.isNaN(log.ts[i])) continue;
    const values = new Map(Object.entries(log.signals).map(([name, column]) => [name, column[i]]));
    rows.push({ vehicle: log.vehicleIds[log.vehicle[i]], t: log.ts[i], lat: log.lat[i], lon: log.lon[i], values });
  }
  return rows;
}

/** Rows of each vehicle by time; of rows of one time the last. */
function byVehicle(rows: readonly Row[]): Map<string, Row[]> {
  const vehicles = new Map<string, Map<number, Row>>();
  for (const row of rows) {
    if (!vehicles.has(row.vehicle)) vehicles.set(row.vehicle, new Map());
    vehicles.get(row.vehicle)!.set(row.t, row);
  }
  return new Map([...vehicles].map(([id, times]) => [id, [...times.values()].sort((a, b) => a.t - b.t)]));
}

function withDerived(rows: readonly Row[], derived: readonly DerivedSignal[], gap: number): Row[] {
  const out = rows.map((row) => ({ ...row, values: new Map(row.values) }));
  for (const signal of derived) {
    for (let i = 0; i < out.length; i++) out[i].values.set(signal.name, derivedValue(out, i, signal, gap));
  }
  return out;
}

function derivedValue(rows: readonly Row[], i: number, signal: DerivedSignal, gap: number): number {
  const { t, values } = rows[i];
  if (signal.op === "norm") {
    let sum = 0;
    for (const part of signal.from) sum += values.get(part)! ** 2;
    return Math.sqrt(sum);
  }
  const earlier = rows.slice(0, i).filter((row) => !Number.isNaN(row.values.get(signal.from)!));
  if (signal.op === "rate") {
    const before = earlier.at(-1);
    if (before === undefined || t - before.t > gap) return Number.NaN;
    return (1000 * (values.get(signal.from)! - before.values.get(signal.from)!)) / (t - before.t);
  }
  const inside = [...earlier, rows[i]]
    .filter((row) => row.t > t - signal.window_ms)
    .map((row) => row.values.get(signal.from)!)
    .filter((value) => !Number.isNaN(value));
  if (inside.length === 0) return Number.NaN;
  const sum = inside.reduce((total, value) => total + exactly(value), 0n);
  return Number(sum) / SCALE / inside.length;
}

/** Numbers of tests have fewer binary places after the point. */
const SCALE = 2 ** 300;

/** A number times 2³⁰⁰, without rounding. */
function exactly(value: number): bigint {
  return BigInt(value * SCALE);
}

function runMachine(policy: Policy, trigger: Trigger, rows: readonly Row[]): ReferenceEvent[] {
  const events: ReferenceEvent[] = [];
  let state: "IDLE" | "PENDING" | "ACTIVE" | "RELEASING" = "IDLE";
  let last: number | null = null;
  let cooldownEnd: number | null = null;
  let latched = trigger.parameters;
  let since = 0;
  let event: ReferenceEvent | null = null;

  const close = (reason: ReferenceEvent["closeReason"]): void => {
    events.push({ ...event!, closeReason: reason });
    cooldownEnd = event!.endTs + latched.cooldown_ms;
    state = "IDLE";
    event = null;
  };
  const count = (row: Row): void => {
    const first = latched.conditions[0];
    const value = row.values.get(first.signal)!;
    event!.nSamples++;
    event!.endTs = row.t;
    if (Number.isNaN(value)) return;
    const best = first.op.startsWith("<") ? Math.min : Math.max;
    event!.extreme = Number.isNaN(event!.extreme) ? value : best(event!.extreme, value);
  };

  for (const row of rows) {
    const { t } = row;
    // 1. Gap.
    if (last !== null && t - last > latched.max_gap_ms) {
      if (state === "ACTIVE" || state === "RELEASING") close("gap");
      state = "IDLE";
    }
    // 2. Parameters.
    let geofence: string | null = null;
    if (state === "IDLE") {
      const place = overrideAt(policy, trigger, row);
      geofence = place === null ? null : place.geofence;
      latched = place === null ? trigger.parameters : place.parameters;
    }
    // 3. Condition.
    const entering = state === "IDLE" || state === "PENDING";
    let truth = conditionOf(latched, row, entering ? "enter" : "exit");
    // 4. Unknown.
    if (truth === "unknown") {
      if (latched.on_missing === "hold") continue;
      truth = false;
    }
    last = t;
    // 5. Transition.
    if (state === "IDLE") {
      if (truth && (cooldownEnd === null || t >= cooldownEnd)) {
        event = {
          ...{ trigger: trigger.id, vehicle: row.vehicle, onsetTs: t, triggerTs: t, endTs: t },
          ...{ closeReason: "exit", nSamples: 0, extreme: Number.NaN, geofence, lat: row.lat, lon: row.lon },
        };
        count(row);
        state = latched.dwell_ms === 0 && latched.min_samples <= 1 ? "ACTIVE" : "PENDING";
      }
    } else if (state === "PENDING") {
      if (truth) {
        count(row);
        if (t - event!.onsetTs >= latched.dwell_ms && event!.nSamples >= latched.min_samples) {
          state = "ACTIVE";
          event!.triggerTs = t;
        }
      } else {
        state = "IDLE";
        event = null;
      }
    } else if (truth) {
      count(row);
      state = "ACTIVE";
    } else if (state === "ACTIVE") {
      if (latched.release_ms === 0) close("exit");
      else {
        state = "RELEASING";
        since = t;
      }
    } else if (t - since >= latched.release_ms) close("exit");
    // 6. Limit.
    const begun = (state as string) === "ACTIVE" || (state as string) === "RELEASING";
    if (begun && t - event!.onsetTs >= latched.max_event_ms) close("max_duration");
  }
  if (state === "ACTIVE" || state === "RELEASING") close("end_of_data");
  return events;
}

function overrideAt(policy: Policy, trigger: Trigger, { lat, lon }: Row): Trigger["overrides"][number] | null {
  if (Number.isNaN(lat) || Number.isNaN(lon)) return null;
  const fenceOf = (id: string): Geofence => policy.geofences.find((fence) => fence.id === id)!;
  let best: Trigger["overrides"][number] | null = null;
  for (const override of trigger.overrides) {
    const fence = fenceOf(override.geofence);
    if (!referenceHolds(fence.polygon, lon, lat)) continue;
    if (best === null || fence.priority > fenceOf(best.geofence).priority) best = override;
  }
  return best;
}

/** Whether a closed ring holds a point, boundary included, by the even-odd rule in whole numbers. */
export function referenceHolds(polygon: Geofence["polygon"], lon: number, lat: number): boolean {
  const [x, y] = [exactly(lon), exactly(lat)];
  let inside = false;
  for (let e = 0; e + 1 < polygon.length; e++) {
    const [ax, ay] = polygon[e].map(exactly);
    const [bx, by] = polygon[e + 1].map(exactly);
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const within = (p: bigint, a: bigint, b: bigint): boolean => (a <= p && p <= b) || (b <= p && p <= a);
    if (cross === 0n && within(x, ax, bx) && within(y, ay, by)) return true;
    // An edge crosses the ray to the right if it spans y and, as it goes up, the point is to its left.
    if (y < ay !== y < by && (by > ay ? cross > 0n : cross < 0n)) inside = !inside;
  }
  return inside;
}

function conditionOf(parameters: TriggerParameters, row: Row, threshold: "enter" | "exit"): Truth {
  const truths = parameters.conditions.map((c: Condition) => compared(row.values.get(c.signal)!, c.op, c[threshold]));
  let truth = parameters.mode === "all" ? kleeneAll(truths) : kleeneAny(truths);
  const failing = parameters.guards.filter((g) => compared(row.values.get(g.signal)!, g.op, g.value) !== true);
  if (failing.some(({ action }) => action === "hold")) truth = "unknown";
  if (failing.some(({ action }) => action === "suppress")) truth = false;
  return parameters.disabled ? false : truth;
}

function kleeneAll(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes("unknown") ? "unknown" : true;
}

function kleeneAny(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes("unknown") ? "unknown" : false;
}

function compared(value: number, op: Comparison, threshold: number): Truth {
  if (Number.isNaN(value)) return "unknown";
  if (op === "<") return value < threshold;
  if (op === "<=") return value <= threshold;
  return op === ">" ? value > threshold : value >= threshold;
}
