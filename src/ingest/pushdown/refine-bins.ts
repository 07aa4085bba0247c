import { doubleAt, nextDown, nextUp, placeOfDouble } from "./double-order.js";

/** Values of a table between two of them, both included. */
export interface CountedBin {
  low: number;
  high: number;
  count: number;
}

/** Bins next to each other that hold all values of two tables; `low[k + 1]` comes right after `high[k]`. */
export interface CommonBins {
  low: Float64Array;
  high: Float64Array;
  /** Of the table that the bins were made for. */
  counts: Float64Array;
}

/** A bin of several values holds at most this share of all. */
const MOST_SHARE = 1 / 1000;
/** Pieces that all bins with too many values are cut into together, in one pass. */
const PIECES = 2047;
/** Bins beyond it become one with their neighbours, as far as {@link MOST_SHARE} lets them. */
const MOST_BINS = 2047;

/**
 * Numbers at which the next pass over the table has to cut, so that no bin of several values holds more than 1/1000 of all;
 * none when that is so. A bin is cut evenly both by the size of numbers and by their place among all there are: the former
 * is right for most columns at once, the latter comes to an end for every column.
 *
 * @param bins ascending
 * @param whole all values are whole numbers
 */
export function edgesToCount(bins: readonly CountedBin[], whole: boolean): Float64Array {
  const crowded = crowdedBins(bins);
  const values = crowded.reduce((sum, k) => sum + bins[k].count, 0);
  const edges = new Set<number>();
  for (const k of crowded) {
    const pieces = Math.max(4, Math.floor((PIECES * bins[k].count) / values));
    for (const edge of cuts(bins[k], pieces)) edges.add(whole ? Math.ceil(edge) : edge);
    if (k + 1 < bins.length) edges.add(bins[k + 1].low);
  }
  return Float64Array.from(edges).sort();
}

/** The bins after a pass that cut at {@link edgesToCount}. */
export function refinedBins(bins: readonly CountedBin[], found: readonly CountedBin[]): CountedBin[] {
  const crowded = new Set(crowdedBins(bins));
  const within = ({ low, high }: CountedBin) =>
    found.filter((part) => part.low >= low && part.high <= high).sort((a, b) => a.low - b.low);
  return bins.flatMap((bin, k) => (crowded.has(k) ? within(bin) : bin));
}

function crowdedBins(bins: readonly CountedBin[]): number[] {
  const most = MOST_SHARE * bins.reduce((sum, { count }) => sum + count, 0);
  return bins.flatMap(({ low, high, count }, k) => (count > most && low < high ? k : []));
}

/** Its ends, which are values and may be many, are cut off. */
function cuts({ low, high }: CountedBin, pieces: number): number[] {
  const [first, last] = [placeOfDouble(low), placeOfDouble(high)];
  const half = Math.floor(pieces / 2);
  const edges = [low, nextUp(low), high];
  for (let k = 1; k < half; k++) {
    const part = k / half;
    edges.push(low * (1 - part) + high * part);
    edges.push(doubleAt(first + ((last - first) * BigInt(k)) / BigInt(half)));
  }
  return edges.filter((edge) => edge >= low && edge <= high);
}

/**
 * Bins for two tables: those of one, what lies between them, and what lies below and above.
 *
 * @param bins of the one table, ascending
 * @param least least and greatest value of the other
 */
export function commonBins(bins: readonly CountedBin[], least: number, greatest: number): CommonBins {
  const low: number[] = [];
  const high: number[] = [];
  const counts: number[] = [];
  const add = (bin: CountedBin) => {
    low.push(bin.low);
    high.push(bin.high);
    counts.push(bin.count);
  };
  const own = joinedBins(bins);
  let from = Math.min(least, own[0].low);
  for (const bin of own) {
    if (from < bin.low) add({ low: from, high: nextDown(bin.low), count: 0 });
    add(bin);
    from = nextUp(bin.high);
  }
  if (greatest >= from) add({ low: from, high: greatest, count: 0 });
  return { low: Float64Array.from(low), high: Float64Array.from(high), counts: Float64Array.from(counts) };
}

/** Neighbours that hold few values are one, where there are very many bins. */
function joinedBins(bins: readonly CountedBin[]): CountedBin[] {
  if (bins.length <= MOST_BINS) return [...bins];
  const most = MOST_SHARE * bins.reduce((sum, { count }) => sum + count, 0);
  const joined: CountedBin[] = [];
  for (const bin of bins) {
    const last = joined.at(-1);
    if (last && last.count + bin.count <= most)
      joined[joined.length - 1] = { ...last, high: bin.high, count: last.count + bin.count };
    else joined.push(bin);
  }
  return joined;
}
