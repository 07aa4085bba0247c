import { lastingBits, leastRows, lowestBit } from "../replay/true-rows.js";
import type { Geofence } from "../types.js";
import type { Signals } from "./comparison.js";
import { createCandidates } from "./next-candidate.js";
import { createPlaces } from "./places.js";
import type { SweepParameters } from "./sweep-parameters.js";
import { createTruthRanks } from "./truth-ranks.js";

/** Rows taken together: one bit each. */
const BLOCK = 32;

const [IDLE, PENDING, ACTIVE, RELEASING] = [0, 1, 2, 3];
/** Codes of CLOSE_REASONS. */
const [EXIT, GAP, MAX_DURATION, END_OF_DATA] = [0, 1, 2, 3];

/** Rows that the machines read. */
export interface MachineRows {
  ts: Float64Array;
  lat: Float64Array;
  lon: Float64Array;
  /** The derived ones too. */
  signals: Signals;
}

/**
 * Takes an event. `value` is the place of the threshold among the values of the sweep, `reason` a code of CLOSE_REASONS, `n`
 * the true rows.
 */
export type TakeEvent = (value: number, onset: number, trigger: number, end: number, reason: number, n: number) => void;

/** The machines of one trigger, one for each threshold of a sweep. */
export interface ThresholdMachines {
  /** Turns to the rows of a log; states stay. */
  bind(rows: MachineRows): void;
  /** Runs all machines over rows `from` to `to` (not included), the next of the vehicle. */
  run(from: number, to: number): void;
  /** Ends the vehicle: closes what is active. */
  end(): void;
}

/** Results of a block's rows, one word a threshold. */
interface Words {
  true: Int32Array;
  /** True or unknown. */
  notFalse: Int32Array;
  /** Block that they are of. */
  block: number;
}

/**
 * Runs the state machine of a trigger at all thresholds of a sweep in one pass over the rows.
 *
 * While all machines are idle it jumps to the next row that can be true at the loosest threshold. From there it takes 32 rows
 * at a time. What a threshold makes of them is two words, the words of a looser threshold contain those of a stricter one,
 * and a machine goes from one change of its word to the next instead of row by row. Every machine does exactly what it would
 * do alone.
 */
export function createThresholdMachines(
  { trigger, values, sets }: SweepParameters,
  geofences: readonly Geofence[],
  take: TakeEvent,
): ThresholdMachines {
  const count = values.length;
  const places = createPlaces(trigger, geofences);
  const candidates = createCandidates(sets);
  const parameters = sets.map((set) => set.parameters);
  const enter = sets.map((set) => createTruthRanks(set, "enter"));
  const exit = sets.map((set) => createTruthRanks(set, "exit"));
  const ascending = parameters[0].conditions[sets[0].swept].op[0] === "<";

  const state = new Uint8Array(count);
  const set = new Int32Array(count);
  const onset = new Float64Array(count);
  const triggered = new Float64Array(count);
  const end = new Float64Array(count);
  const last = new Float64Array(count);
  const since = new Float64Array(count);
  const cooled = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const n = new Int32Array(count);
  /** The strictest threshold whose machine is not idle; `count` where all are. */
  let busy = count;

  const newWords = (): Words => ({ true: new Int32Array(count + 1), notFalse: new Int32Array(count + 1), block: -1 });
  const enterWords = new Map<number, Words>();
  const exitWords = new Map<number, Words>();
  const mixedWords = newWords();
  /** By set, rows that come too late after the one before them. */
  const gaps = sets.map(() => ({ word: 0, block: -1 }));
  const setOfRow = new Int32Array(BLOCK);
  let block = 0;
  let start = 0;
  let size = 0;
  /** Whether rows of the block lie in different places. */
  let mixed = false;
  let rows: MachineRows;
  let ts: Float64Array = new Float64Array(0);

  /** Sorts the rows of the block by the first threshold that makes them true, then unites. `p` < 0: each row's own place. */
  function fill(words: Words, ranks: typeof enter, p: number): Words {
    const { true: isTrue, notFalse } = words;
    isTrue.fill(0);
    notFalse.fill(0);
    for (let j = 0; j < size; j++) {
      const rank = ranks[p < 0 ? setOfRow[j] : p].at(start + j);
      isTrue[rank >>> 16] |= 1 << j;
      notFalse[rank & 0xffff] |= 1 << j;
    }
    for (let v = 1; v < count; v++) {
      isTrue[v] |= isTrue[v - 1];
      notFalse[v] |= notFalse[v - 1];
    }
    words.block = block;
    return words;
  }

  function wordsOf(cache: Map<number, Words>, ranks: typeof enter, p: number): Words {
    let words = cache.get(p);
    if (words === undefined) {
      words = newWords();
      cache.set(p, words);
    }
    return words.block === block ? words : fill(words, ranks, p);
  }

  function gapsOf(p: number): number {
    const gap = gaps[p];
    if (gap.block !== block) {
      gap.block = block;
      gap.word = 0;
      for (let j = 1; j < size; j++) {
        if (ts[start + j] - ts[start + j - 1] > parameters[p].max_gap_ms) gap.word |= 1 << j;
      }
    }
    return gap.word;
  }

  function close(v: number, reason: number): void {
    state[v] = IDLE;
    cooled[v] = end[v] + parameters[set[v]].cooldown_ms;
    take(ascending ? v : count - 1 - v, onset[v], triggered[v], end[v], reason, n[v]);
  }

  /** Counts true rows up to row j of the block. */
  function extend(v: number, rowsMore: number, j: number): void {
    n[v] += rowsMore;
    end[v] = ts[start + j];
    last[v] = end[v];
  }

  function closeAtLimit(v: number, t: number): void {
    if (state[v] >= ACTIVE && t - onset[v] >= parameters[set[v]].max_event_ms) close(v, MAX_DURATION);
  }

  /** Idle at row j: goes to the row of `word` where an event may begin and gives the row after it; `size` where there is none. */
  function idle(v: number, word: number, j: number): number {
    if (j >= size || ts[start + size - 1] < cooled[v]) return size;
    let left = word & (-1 << j);
    while (left !== 0) {
      const at = lowestBit(left);
      const t = ts[start + at];
      if (t >= cooled[v]) {
        const p = setOfRow[at];
        set[v] = p;
        onset[v] = t;
        triggered[v] = t;
        n[v] = 0;
        extend(v, 1, at);
        const { dwell_ms, min_samples } = parameters[p];
        state[v] = dwell_ms === 0 && min_samples <= 1 ? ACTIVE : PENDING;
        closeAtLimit(v, t);
        return at + 1;
      }
      left &= left - 1;
    }
    return size;
  }

  /** Pending with rows j to `stop` (not included) true: counts them up to the one that makes the event. */
  function pend(v: number, j: number, stop: number): number {
    const { dwell_ms, min_samples } = parameters[set[v]];
    if (ts[start + stop - 1] - onset[v] < dwell_ms || n[v] + stop - j < min_samples) {
      extend(v, stop - j, stop - 1);
      return stop;
    }
    let at = Math.max(j, j + min_samples - n[v] - 1);
    while (ts[start + at] - onset[v] < dwell_ms) at++;
    extend(v, at - j + 1, at);
    triggered[v] = end[v];
    state[v] = ACTIVE;
    closeAtLimit(v, end[v]);
    return at + 1;
  }

  /** Active or releasing with rows j to `stop` true: counts them up to the limit. */
  function hold(v: number, j: number, stop: number): number {
    const limit = parameters[set[v]].max_event_ms;
    state[v] = ACTIVE;
    if (ts[start + stop - 1] - onset[v] < limit) {
      extend(v, stop - j, stop - 1);
      return stop;
    }
    let at = j;
    while (ts[start + at] - onset[v] < limit) at++;
    extend(v, at - j + 1, at);
    close(v, MAX_DURATION);
    return at + 1;
  }

  function fail(v: number, t: number): void {
    const { release_ms } = parameters[set[v]];
    last[v] = t;
    if (state[v] === PENDING) state[v] = IDLE;
    else if (state[v] === ACTIVE && release_ms > 0) {
      state[v] = RELEASING;
      since[v] = t;
    } else if (state[v] === ACTIVE || t - since[v] >= release_ms) close(v, EXIT);
    closeAtLimit(v, t);
  }

  /** Not idle at row j; gives the next row to look at, j itself where a gap made the machine idle. */
  function step(v: number, j: number): number {
    const p = set[v];
    const t = ts[start + j];
    if (t - last[v] > parameters[p].max_gap_ms) {
      if (state[v] === PENDING) state[v] = IDLE;
      else close(v, GAP);
      return j;
    }
    const words = state[v] === PENDING ? wordsOf(enterWords, enter, p) : wordsOf(exitWords, exit, p);
    const isTrue = words.true[v];
    if ((isTrue >>> j) & 1) {
      // True rows are used rows, so within their run the row before is the latest used one.
      const breaks = (~isTrue | gapsOf(p)) & (-2 << j);
      const stop = j === BLOCK - 1 || breaks === 0 ? size : Math.min(size, lowestBit(breaks));
      return state[v] === PENDING ? pend(v, j, stop) : hold(v, j, stop);
    }
    if (((words.notFalse[v] >>> j) & 1) === 0) fail(v, t);
    return j + 1;
  }

  function longestStep(): number {
    let longest = 0;
    for (let j = 1; j < size; j++) longest = Math.max(longest, ts[start + j] - ts[start + j - 1]);
    return longest;
  }

  function runBlock(): void {
    block++;
    mixed = places.fill(rows, start, size, setOfRow);
    const own = mixed ? fill(mixedWords, enter, -1) : wordsOf(enterWords, enter, setOfRow[0]);
    // Most stretches of a noisy signal are too short for an event; where rows lie in different places it is not that simple.
    const least = mixed ? 1 : leastRows(parameters[setOfRow[0]], longestStep());
    const after = size < BLOCK ? -1 << size : 0;
    let v = 0;
    while (v < busy && own.true[v] === 0) v++;
    busy = count;
    for (; v < count; v++) {
      const word = own.true[v] & lastingBits(own.notFalse[v] | after, least);
      if (word === 0 && state[v] === IDLE) continue;
      let j = 0;
      while (j < size) j = state[v] === IDLE ? idle(v, word, j) : step(v, j);
      if (state[v] !== IDLE && v < busy) busy = v;
    }
  }

  return {
    bind(next) {
      rows = next;
      ts = next.ts;
      for (const ranks of [...enter, ...exit]) ranks.bind(next.signals);
      candidates.bind(next.signals);
    },
    run(from, to) {
      candidates.restart();
      start = from;
      while (start < to) {
        if (busy === count) start = candidates.next(start, to);
        size = Math.min(BLOCK, to - start);
        if (size > 0) runBlock();
        start += size;
      }
    },
    end() {
      for (let v = busy; v < count; v++) if (state[v] >= ACTIVE) close(v, END_OF_DATA);
      state.fill(IDLE);
      cooled.fill(Number.NEGATIVE_INFINITY);
      busy = count;
    },
  };
}
