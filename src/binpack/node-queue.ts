/** Which node is best for each shape of pod, kept up to date as nodes change. */
export interface NodeQueue {
  /** Tells that a node's state has changed. */
  touch(node: number): void;
  /** The node of the highest score, the first by rank among equals; -1 when the shape fits none. */
  best(shape: number): number;
  /** Nodes that the shape fits, by rank. */
  feasible(shape: number): number[];
}

/** Scores are kept with the best of each run of this many, so that a change looks at one run and a query at the heads. */
const RUN = 64;
/** Stands for a node that the shape does not fit. */
const NONE = -0x80000000;

interface Scores {
  /** By rank. */
  score: Int32Array;
  /** Highest of each run. */
  head: Int32Array;
  /** Changes up to this one are in. */
  seen: number;
}

/**
 * @param ranked nodes from the first to the last at equal scores
 * @param classOf nodes of one class are alike when nothing is placed: what holds for one at the start holds for all
 * @param evaluate score of a shape on a node as it stands, an integer; undefined when it does not fit
 */
export function createNodeQueue(
  ranked: Int32Array,
  classOf: Int32Array,
  evaluate: (shape: number, node: number) => number | undefined,
): NodeQueue {
  const n = ranked.length;
  const rankOf = new Int32Array(n);
  ranked.forEach((node, rank) => {
    rankOf[node] = rank;
  });
  // Changed nodes from the latest to the earliest change, each once: a list through `older` and `newer`, n its ends.
  const older = new Int32Array(n + 1).fill(n);
  const newer = new Int32Array(n + 1).fill(n);
  const changed = new Float64Array(n + 1);
  let clock = 0;
  const known: (Scores | undefined)[] = [];

  const scoreOf = (shape: number, node: number) => evaluate(shape, node) ?? NONE;

  function start(shape: number): Scores {
    const score = new Int32Array(n);
    const byClass: number[] = [];
    for (let rank = 0; rank < n; rank++) {
      const node = ranked[rank];
      if (changed[node] > 0) score[rank] = scoreOf(shape, node);
      else {
        byClass[classOf[node]] ??= scoreOf(shape, node);
        score[rank] = byClass[classOf[node]];
      }
    }
    const head = new Int32Array(Math.ceil(n / RUN));
    for (let run = 0; run < head.length; run++) head[run] = highest(score, run);
    return { score, head, seen: clock };
  }

  function update(scores: Scores, shape: number, node: number): void {
    const rank = rankOf[node];
    const run = Math.floor(rank / RUN);
    const [before, after] = [scores.score[rank], scoreOf(shape, node)];
    if (before === after) return;
    scores.score[rank] = after;
    if (after >= scores.head[run]) scores.head[run] = after;
    else if (before === scores.head[run]) scores.head[run] = highest(scores.score, run);
  }

  function current(shape: number): Scores {
    const scores = known[shape];
    if (!scores) {
      const fresh = start(shape);
      known[shape] = fresh;
      return fresh;
    }
    for (let node = older[n]; changed[node] > scores.seen; node = older[node]) update(scores, shape, node);
    scores.seen = clock;
    return scores;
  }

  return {
    touch(node) {
      clock++;
      if (changed[node] > 0) {
        newer[older[node]] = newer[node];
        older[newer[node]] = older[node];
      }
      changed[node] = clock;
      newer[node] = n;
      older[node] = older[n];
      newer[older[n]] = node;
      older[n] = node;
    },
    best(shape) {
      const { score, head } = current(shape);
      let run = 0;
      for (let k = 1; k < head.length; k++) if (head[k] > head[run]) run = k;
      if (n === 0 || head[run] === NONE) return -1;
      for (let rank = run * RUN; ; rank++) if (score[rank] === head[run]) return ranked[rank];
    },
    feasible(shape) {
      const { score } = current(shape);
      const nodes: number[] = [];
      for (let rank = 0; rank < n; rank++) if (score[rank] !== NONE) nodes.push(ranked[rank]);
      return nodes;
    },
  };
}

function highest(score: Int32Array, run: number): number {
  let best = NONE;
  const end = Math.min(score.length, (run + 1) * RUN);
  for (let rank = run * RUN; rank < end; rank++) if (score[rank] > best) best = score[rank];
  return best;
}
