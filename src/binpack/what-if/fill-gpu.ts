/** Best fills of one GPU for every need of CPU. */
export interface GpuFills {
  /** Worth of the best fill that needs at most so many steps of CPU. */
  best: Float64Array;
  /** Pieces of that fill. */
  pieces(cpu: number): number[];
}

/** A share of a GPU, in steps of GPU and CPU. */
export interface Piece {
  size: number;
  cpu: number;
  worth: number;
}

/**
 * Unbounded knapsack in two dimensions: the best fill of a whole GPU within each need of CPU.
 *
 * @param pieces with `size` of at least 1
 */
export function fillGpu(pieces: readonly Piece[], hole: number, mostCpu: number): GpuFills {
  const width = mostCpu + 1;
  const best = new Float64Array((hole + 1) * width);
  const step = new Int32Array(best.length).fill(-1);
  for (let h = 1; h <= hole; h++) {
    for (let c = 0; c <= mostCpu; c++) {
      const at = h * width + c;
      let value = best[at - width];
      for (let k = 0; k < pieces.length; k++) {
        const { size, cpu, worth } = pieces[k];
        if (size > h || cpu > c) continue;
        const more = best[at - size * width - cpu] + worth;
        if (more > value) {
          value = more;
          step[at] = k;
        }
      }
      best[at] = value;
    }
  }
  return {
    best: best.subarray(hole * width),
    pieces(cpu) {
      const used: number[] = [];
      for (let h = hole, c = cpu; h > 0; ) {
        const k = step[h * width + c];
        if (k < 0) h--;
        else {
          used.push(k);
          h -= pieces[k].size;
          c -= pieces[k].cpu;
        }
      }
      return used;
    },
  };
}
