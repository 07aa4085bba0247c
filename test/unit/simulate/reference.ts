/** A job of the reference: seconds, GPUs. */
export interface PlainJob {
  id: string;
  submit: number;
  duration: number;
  estimate: number;
  gpus: number;
}

interface Run {
  job: PlainJob;
  start: number;
}

type PlainPolicy = "fifo" | "sjf" | "easy" | "conservative";

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Free GPUs from `now` on as a list of changes, worked out anew for each question. */
function freeAt(second: number, free: number, changes: { second: number; gpus: number }[]): number {
  return changes.reduce((sum, change) => (change.second <= second ? sum + change.gpus : sum), free);
}

/** Plain and slow: the queue disciplines written straight from their definitions, one pooled cluster. */
export function referenceStarts(jobs: PlainJob[], capacity: number, policy: PlainPolicy): Map<string, number> {
  const starts = new Map<string, number>();
  const ordered = [...jobs].sort((a, b) => a.submit - b.submit || byText(a.id, b.id));
  let waiting: PlainJob[] = [];
  let running: Run[] = [];
  let now = 0;
  const free = (): number => capacity - running.reduce((sum, run) => sum + run.job.gpus, 0);
  const start = (job: PlainJob): void => {
    starts.set(job.id, now);
    running.push({ job, start: now });
    waiting = waiting.filter((other) => other !== job);
  };
  const startInOrder = (): void => {
    while (waiting.length > 0 && waiting[0].gpus <= free()) start(waiting[0]);
  };

  function easyPass(): void {
    startInOrder();
    if (waiting.length === 0) return;
    const [head, ...others] = waiting;
    const ends = running.map((run) => Math.max(now, run.start + run.job.estimate)).sort((a, b) => a - b);
    const freeThen = (second: number): number =>
      capacity -
      running
        .filter((run) => Math.max(now, run.start + run.job.estimate) > second)
        .reduce((sum, run) => sum + run.job.gpus, 0);
    const shadow = ends.find((end) => freeThen(end) >= head.gpus)!;
    let extra = freeThen(shadow) - head.gpus;
    for (const job of others) {
      if (job.gpus > free()) continue;
      if (now + job.estimate <= shadow) start(job);
      else if (job.gpus <= extra) {
        extra -= job.gpus;
        start(job);
      }
    }
  }

  function conservativePass(): void {
    const changes = running.map(({ job, start }) => {
      const end = start + job.estimate;
      return { second: end <= now ? now + 1 : end, gpus: job.gpus };
    });
    const freeNow = free();
    const due: PlainJob[] = [];
    for (const job of waiting) {
      const candidates = [now, ...changes.map((change) => change.second)].sort((a, b) => a - b);
      const slot = candidates.find((from) => {
        const inside = changes.map((change) => change.second).filter((s) => s > from && s < from + job.estimate);
        return [from, ...inside].every((second) => freeAt(second, freeNow, changes) >= job.gpus);
      })!;
      changes.push({ second: slot, gpus: -job.gpus }, { second: slot + job.estimate, gpus: job.gpus });
      if (slot === now) due.push(job);
    }
    for (const job of due) start(job);
  }

  let next = 0;
  for (;;) {
    const arrival = next < ordered.length ? ordered[next].submit : Number.POSITIVE_INFINITY;
    now = Math.min(arrival, ...running.map((run) => run.start + run.job.duration));
    if (now === Number.POSITIVE_INFINITY) return starts;
    running = running.filter((run) => run.start + run.job.duration > now);
    for (; next < ordered.length && ordered[next].submit === now; next++) {
      if (ordered[next].gpus <= capacity) waiting.push(ordered[next]);
    }
    if (policy === "sjf") {
      waiting.sort((a, b) => a.estimate - b.estimate || a.submit - b.submit || byText(a.id, b.id));
    }
    if (policy === "easy") easyPass();
    else if (policy === "conservative") conservativePass();
    else startInOrder();
  }
}
