import { describe, expect, it } from "vitest";
import { ChangeMonitor, type MonitorDetector } from "../../../src/changepoint/index.js";
import { newBocpd, updateBocpd } from "../../../src/changepoint/monitor/bocpd.js";
import { newCusum, updateCusum } from "../../../src/changepoint/monitor/cusum.js";
import { newEDetector, updateEDetector } from "../../../src/changepoint/monitor/e-detector.js";
import { DEFAULT_MONITOR_TUNING } from "../../../src/changepoint/monitor/monitor-tuning.js";
import { newPageHinkley, updatePageHinkley } from "../../../src/changepoint/monitor/page-hinkley.js";
import { cusumLimit } from "../../../src/changepoint/monitor/run-length.js";
import { medianOf, newRunningMedian, pushMedian } from "../../../src/changepoint/monitor/running-median.js";
import { excessOf, limitsOf, newTailHistory, remember } from "../../../src/changepoint/monitor/tail-history.js";
import { createRandom, type Random } from "../../../src/core/random.js";
import { median } from "../../../src/core/statistics.js";

/** Mean number of draws until `alarm` is true, over so many runs. */
function meanRunLength(runs: number, most: number, make: (rng: Random) => () => boolean): number {
  let total = 0;
  for (let run = 0; run < runs; run++) {
    const alarm = make(createRandom(77).child(run));
    let n = 1;
    while (n < most && !alarm()) n++;
    total += n;
  }
  return total / runs;
}

describe("CUSUM", () => {
  it("adds what is beyond the reference, on each side", () => {
    const cusum = newCusum();
    expect([1.5, -0.2, 3, -2, -2, -2].map((z) => updateCusum(cusum, z))).toEqual(
      [1, 0.3, 2.8, -1.5, -3, -4.5].map((x) => expect.closeTo(x, 12)),
    );
  });

  it("has limits of the textbook: ARL 370 and 500 at k = 0.5 are h = 4.77 and 5.07", () => {
    expect(cusumLimit(0.5, 370)).toBeCloseTo(4.77, 1);
    expect(cusumLimit(0.5, 500)).toBeCloseTo(5.07, 1);
    expect(cusumLimit(0.5, 1e12)).toBeGreaterThan(20);
  });

  it("runs as long as stated on normal noise", () => {
    const limit = cusumLimit(0.5, 300);
    const length = meanRunLength(400, 1e5, (rng) => {
      const cusum = newCusum();
      return () => Math.abs(updateCusum(cusum, rng.normal())) >= limit;
    });
    expect(length).toBeGreaterThan(255);
    expect(length).toBeLessThan(345);
  });
});

describe("Page-Hinkley", () => {
  it("finds a shift from its own running mean and runs as long as stated", () => {
    const limit = cusumLimit(0.25, 300);
    const make = (shift: number) => (rng: Random) => {
      const test = newPageHinkley();
      let n = 0;
      return () => Math.abs(updatePageHinkley(test, rng.normal() + (n++ < 100 ? 0 : shift))) >= limit;
    };
    const length = meanRunLength(400, 1e5, make(0));
    expect(length).toBeGreaterThan(255);
    expect(length).toBeLessThan(375);
    expect(meanRunLength(100, 1e5, make(2))).toBeLessThan(115);
  });
});

describe("e-detector", () => {
  const laws: Record<string, (rng: Random) => number> = {
    normal: (rng) => rng.normal(),
    "heavy-tailed": (rng) => rng.normal() / Math.abs(rng.normal()),
    skewed: (rng) => -Math.log(1 - rng.uniform()),
    counts: (rng) => rng.poisson(1),
  };
  for (const [law, draw] of Object.entries(laws)) {
    it(`has at least the stated average run length on ${law} noise of unknown law`, () => {
      const length = meanRunLength(200, 20_000, (rng) => {
        const detector = newEDetector();
        for (let i = 0; i < 100; i++) updateEDetector(detector, draw(rng));
        return () => updateEDetector(detector, draw(rng)) >= 300;
      });
      // Less two standard errors of the simulation.
      expect(length).toBeGreaterThan(300 * (1 - 2 / Math.sqrt(200)));
    });
  }

  it("bets on the rank among all before, and keeps exact counts while they fit", () => {
    const detector = newEDetector();
    for (let i = 0; i < 100; i++) expect(updateEDetector(detector, (i * 37) % 100)).toBe(0);
    // The largest of 101: rank (2·100 + 1)/101 − 1 = 100/101.
    const rank = 100 / 101;
    const expected = [-0.9, -0.5, 0.5, 0.9].reduce((sum, bet) => sum + 1 + bet * rank, 0) / 4;
    expect(updateEDetector(detector, 1000)).toBeCloseTo(expected, 12);
    updateEDetector(detector, 1000);
    expect(detector.weights.at(-1)).toBe(2);
    expect(detector.weights.reduce((sum, w) => sum + w, 0)).toBe(102);
  });

  it("summarises a long past in at most 1,000 points, ranks right to 0.2 %", () => {
    const detector = newEDetector();
    const rng = createRandom(3);
    const all = Array.from({ length: 20_000 }, () => rng.normal());
    for (const x of all) updateEDetector(detector, x);
    expect(detector.points.length).toBeLessThanOrEqual(1000);
    expect([...detector.points].sort((a, b) => a - b)).toEqual(detector.points);
    for (const x of [-2, -0.5, 0, 1, 2.5]) {
      const exact = all.filter((one) => one < x).length / all.length;
      const share = detector.weights.reduce((sum, w, i) => sum + (detector.points[i] < x ? w : 0), 0) / all.length;
      expect(Math.abs(share - exact)).toBeLessThan(0.002);
    }
  });
});

describe("BOCPD", () => {
  it("is the recursion of Adams & MacKay: run lengths without pruning give the same posterior", () => {
    const rng = createRandom(4);
    const bocpd = newBocpd();
    // Reference: every run length from its own data, Student-t predictive by the gamma function's recursion.
    const logGamma = (x: number): number =>
      x < 8
        ? logGamma(x + 1) - Math.log(x)
        : (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
    const logT = (z: number, run: readonly number[]): number => {
      const [kappa, alpha] = [0.05 + run.length, 2 + run.length / 2];
      const sum = run.reduce((a, b) => a + b, 0);
      const squares = run.reduce((a, b) => a + b * b, 0);
      const mean = sum / kappa;
      const beta = 2 + (squares - kappa * mean * mean) / 2;
      const scale = (beta * (kappa + 1)) / (alpha * kappa);
      const nu = 2 * alpha;
      return (
        logGamma((nu + 1) / 2) -
        logGamma(nu / 2) -
        0.5 * Math.log(nu * Math.PI * scale) -
        ((nu + 1) / 2) * Math.log(1 + (z - mean) ** 2 / (nu * scale))
      );
    };
    let posterior = [1];
    const seen: number[] = [];
    for (let t = 0; t < 60; t++) {
      const z = rng.normal() + (t >= 30 ? 2 : 0);
      const grown = posterior.map((p, r) => p * Math.exp(logT(z, seen.slice(seen.length - r))));
      const total = grown.reduce((a, b) => a + b, 0);
      posterior = [0.01, ...grown.map((p) => (0.99 * p) / total)];
      seen.push(z);
      const { recent } = updateBocpd(bocpd, z, 0.01);
      const expected = posterior.reduce((sum, p, r) => sum + (r >= 3 && r <= 30 ? p : 0), 0);
      expect(recent).toBeCloseTo(expected, 3);
    }
  });

  it("keeps at most a hundred run lengths and stays right over long runs", () => {
    const rng = createRandom(5);
    const bocpd = newBocpd();
    let recent = 0;
    for (let t = 0; t < 3000; t++) ({ recent } = updateBocpd(bocpd, rng.normal(), 1e-4));
    expect(bocpd.length.length).toBeLessThanOrEqual(101);
    expect(recent).toBeLessThan(0.1);
    for (let t = 0; t < 12; t++) ({ recent } = updateBocpd(bocpd, rng.normal() + 3, 1e-4));
    expect(recent).toBeGreaterThan(0.9);
    expect(bocpd.probability.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
});

describe("histories", () => {
  it("a running median is the median of the latest values", () => {
    const window = newRunningMedian(5);
    const rng = createRandom(6);
    const all: number[] = [];
    expect(medianOf(window)).toBeNaN();
    for (let i = 0; i < 60; i++) {
      all.push(rng.int(7));
      pushMedian(window, all[i]);
      expect(medianOf(window)).toBe(median(all.slice(-5)));
    }
  });

  it("a tail history has the records and tails of what is older than the lag, of one to two generations", () => {
    const tuning = { ...DEFAULT_MONITOR_TUNING, lag: 10, generation: 200, tail: 0.05 };
    const history = newTailHistory();
    const rng = createRandom(7);
    const all: number[] = [];
    for (let i = 0; i < 1000; i++) {
      all.push(Math.round(100 * rng.normal()));
      remember(history, all[i], tuning);
      if (i < 20) continue;
      const old = all.slice(0, -10);
      const kept = old.slice(Math.max(0, (Math.ceil(old.length / 200) - 2) * 200)).sort((a, b) => a - b);
      const rank = Math.floor(0.05 * kept.length);
      expect(history.range).toEqual({ min: kept[0], low: kept[rank], high: kept.at(-1 - rank), max: kept.at(-1) });
    }
  });

  it("limits lie a part of the range beyond the records, more for a young history, at least the given margin", () => {
    const history = newTailHistory();
    for (let i = 0; i < 200; i++) remember(history, i % 11, DEFAULT_MONITOR_TUNING);
    expect(history.current.n).toBe(100);
    expect(limitsOf(history, 0.1, 0, 200)).toEqual({ low: expect.closeTo(-3, 12), high: expect.closeTo(13, 12) });
    expect(limitsOf(history, 0.1, 5, 200)).toEqual({ low: -5, high: 15 });
    const limits = { low: -3, high: 13 };
    expect([5, 10, 11.5, 13, 16, -3].map((x) => excessOf(history, limits, x))).toEqual([0, 0, 0.5, 1, 2, -1]);
    expect(limitsOf(newTailHistory(), 0.1, 0, 200)).toBeNull();
  });
});

describe("ChangeMonitor with one detector", () => {
  const shifted = (detector: MonitorDetector) => {
    const monitor = new ChangeMonitor({ detector, averageRunLength: 10_000 });
    const rng = createRandom(21);
    const alerts: string[] = [];
    for (let i = 0; i < 1500; i++) {
      const { alert, reason } = monitor.push(i, 10 + 2 * rng.normal() + (i >= 1000 ? 4 : 0));
      if (alert) alerts.push(`${i} ${reason}`);
    }
    return alerts;
  };
  const cases: [MonitorDetector, number, RegExp][] = [
    ["bocpd", 1015, /new run with probability 0\.\d+, expected shift \d\.\d+ sd$/],
    ["cusum", 1015, /CUSUM up: .*, limit/],
    ["pagehinkley", 1025, /Page-Hinkley up: .*, limit/],
    ["edetector", 1045, /e-detector: evidence .*, limit 1(0000|e)/],
  ];
  for (const [detector, by, words] of cases) {
    it(`${detector} finds a shift of two standard deviations, once`, () => {
      const [first, ...others] = shifted(detector);
      expect(Number.parseInt(first, 10)).toBeGreaterThanOrEqual(1000);
      expect(Number.parseInt(first, 10)).toBeLessThan(by);
      expect(first).toMatch(words);
      expect(others.length).toBeLessThanOrEqual(1);
    });
  }

  it("keeps near the stated run length although the baseline is estimated", () => {
    for (const detector of ["cusum", "pagehinkley", "edetector"] as const) {
      const length = meanRunLength(100, 20_000, (rng) => {
        const monitor = new ChangeMonitor({ detector, averageRunLength: 300 });
        let t = 0;
        while (t < 100) monitor.push(t++, rng.normal());
        return () => monitor.push(t++, rng.normal()).alert;
      });
      expect(length, detector).toBeGreaterThan(300 * (1 - 2 / Math.sqrt(100)));
      expect(length, detector).toBeLessThan(900);
    }
  });
});
