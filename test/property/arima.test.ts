import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choleskyInPlace, choleskySolveInPlace } from "../../src/core/linear-algebra.js";
import { createRandom } from "../../src/core/random.js";
import { difference, integrate } from "../../src/forecast/arima/difference.js";
import { ArmaRegression } from "../../src/forecast/arima/estimate.js";
import { arimaAt, fitArima } from "../../src/forecast/arima/fit.js";
import { type ArmaShape, armaAt, coefficientCount, freeParameters } from "../../src/forecast/arima/parameters.js";
import {
  applyPolynomial,
  divideBackward,
  divideByPolynomial,
  fromPartials,
  type LagPolynomial,
  toPartials,
} from "../../src/forecast/arima/polynomials.js";
import { selectArima } from "../../src/forecast/arima/select.js";
import { autoArima } from "../../src/forecast/models/autoarima.js";

const RUNS = { seed: 20_261_124, numRuns: 60 };
const seed = fc.nat(1_000_000);
const upTo = (max: number) => fc.integer({ min: 0, max });
const shape = fc.record({
  p: upTo(3),
  q: upTo(3),
  P: upTo(2),
  Q: upTo(2),
  period: fc.integer({ min: 2, max: 4 }),
  leastRoot: fc.constantFrom(1, 1.01),
});

const normals = (s: number, n: number): Float64Array => {
  const random = createRandom(s);
  return Float64Array.from({ length: n }, () => random.normal());
};

const parameters = (s: number, of: ArmaShape): Float64Array =>
  normals(s, coefficientCount(of)).map((v) => 0.9 * Math.tanh(v));

/** Impulse response of ma(B)/ar(B), long enough to have died out. */
function impulseResponse({ ar, ma }: { ar: LagPolynomial; ma: LagPolynomial }): Float64Array {
  const psi = new Float64Array(4000);
  psi[0] = 1;
  applyPolynomial(psi, ma);
  divideByPolynomial(psi, ar);
  return psi;
}

/** Covariance of n values by summing the impulse response: the definition, and slow. */
function covariance(psi: Float64Array, n: number): Float64Array {
  const gamma = Float64Array.from({ length: n }, (_, lag) => {
    let sum = 0;
    for (let t = 0; t + lag < psi.length; t++) sum += psi[t] * psi[t + lag];
    return sum;
  });
  return Float64Array.from({ length: n * n }, (_, i) => gamma[Math.abs(Math.floor(i / n) - (i % n))]);
}

/** A simulated process of given coefficients (signs as in R), after a run-in. */
function simulate(s: number, n: number, ar: LagPolynomial, ma: LagPolynomial): Float64Array {
  const x = normals(s, n + 300);
  applyPolynomial(x, ma);
  divideByPolynomial(x, ar);
  return x.slice(300);
}

const short = (...c: number[]): LagPolynomial => ({
  short: Float64Array.from(c),
  seasonal: new Float64Array(0),
  period: 1,
});

function expectNear(got: ArrayLike<number> | null | undefined, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got?.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs((got?.[i] ?? Number.NaN) - wanted[i])).toBeLessThanOrEqual(tolerance);
}

describe("exact likelihood", () => {
  it("is the multivariate normal density of short series, whatever the orders", () => {
    fc.assert(
      fc.property(shape, seed, fc.integer({ min: 1, max: 12 }), (of, s, n) => {
        const arma = armaAt(of, parameters(s, of));
        const w = normals(s + 1, n);
        const factor = covariance(impulseResponse(arma), n);
        choleskyInPlace(factor, n);
        const x = w.slice();
        choleskySolveInPlace(factor, n, x);
        let [squares, logDeterminant] = [0, 0];
        for (let i = 0; i < n; i++) {
          squares += x[i] * w[i];
          logDeterminant += 2 * Math.log(factor[i * n + i]);
        }
        const wanted = -0.5 * (n * (Math.log((2 * Math.PI * squares) / n) + 1) + logDeterminant);
        const profile = new ArmaRegression(w, []).profile(arma);
        expect(profile?.logLikelihood).toBeCloseTo(wanted, 6);
        expect(profile?.sigma2).toBeCloseTo(squares / n, 6);
      }),
      RUNS,
    );
  });

  it("estimates regression coefficients by generalised least squares", () => {
    fc.assert(
      fc.property(shape, seed, (of, s) => {
        const n = 12;
        const arma = armaAt(of, parameters(s, of));
        const regressor = normals(s + 2, n);
        const w = normals(s + 1, n);
        const factor = covariance(impulseResponse(arma), n);
        choleskyInPlace(factor, n);
        const x = regressor.slice();
        choleskySolveInPlace(factor, n, x);
        const along = (v: Float64Array) => v.reduce((sum, u, t) => sum + u * x[t], 0);
        const profile = new ArmaRegression(w, [regressor]).profile(arma);
        expect(profile?.beta[0]).toBeCloseTo(along(w) / along(regressor), 6);
      }),
      RUNS,
    );
  });

  it("forecasts are the conditional expectations", () => {
    fc.assert(
      fc.property(shape, seed, (of, s) => {
        const [n, h] = [20, 5];
        const arma = armaAt(of, parameters(s, of));
        const w = normals(s + 1, n);
        const all = covariance(impulseResponse(arma), n + h);
        const past = Float64Array.from({ length: n * n }, (_, i) => all[Math.floor(i / n) * (n + h) + (i % n)]);
        choleskyInPlace(past, n);
        const x = w.slice();
        choleskySolveInPlace(past, n, x);
        const wanted = Array.from({ length: h }, (_, k) =>
          x.reduce((sum, v, t) => sum + v * all[(n + k) * (n + h) + t], 0),
        );
        const minus = (c: Float64Array) => c.map((v) => -v);
        const fit = arimaAt(
          w,
          {
            order: [of.p, 0, of.q],
            seasonal: of.P + of.Q > 0 ? { order: [of.P, 0, of.Q], period: of.period } : undefined,
            constant: false,
          },
          {
            ar: arma.ar.short,
            ma: minus(arma.ma.short),
            seasonalAr: arma.ar.seasonal,
            seasonalMa: minus(arma.ma.seasonal),
            constant: 0,
            regressors: new Float64Array(0),
          },
        );
        expectNear(fit?.forecast(h), wanted, 1e-6);
      }),
      RUNS,
    );
  });
});

describe("polynomials", () => {
  it("partial autocorrelations and coefficients are each other's inverse; free parameters come back", () => {
    fc.assert(
      fc.property(shape, seed, (of, s) => {
        const partials = normals(s, of.p + 1).map((v) => 0.95 * Math.tanh(v));
        expectNear(toPartials(fromPartials(partials)), partials, 1e-9);
        const u = parameters(s, of);
        const { ar, ma } = armaAt(of, u);
        expectNear(freeParameters([ar.short, ar.seasonal, ma.short, ma.seasonal], of.leastRoot), u, 1e-8);
      }),
      RUNS,
    );
  });

  it("division undoes application, and runs backward as its transpose", () => {
    fc.assert(
      fc.property(shape, seed, fc.integer({ min: 1, max: 30 }), (of, s, n) => {
        const { ar } = armaAt(of, parameters(s, of));
        const [a, b] = [normals(s, n), normals(s + 1, n)];
        const there = a.slice();
        applyPolynomial(there, ar);
        divideByPolynomial(there, ar);
        expectNear(there, a, 1e-8);
        const [forward, backward] = [a.slice(), b.slice()];
        divideByPolynomial(forward, ar);
        divideBackward(backward, ar);
        const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, v, t) => sum + v * y[t], 0);
        expect(dot(forward, b)).toBeCloseTo(dot(a, backward), 6);
      }),
      RUNS,
    );
  });

  it("integrating the differences of the future gives the future", () => {
    fc.assert(
      fc.property(seed, upTo(2), upTo(2), fc.integer({ min: 2, max: 5 }), (s, d, D, period) => {
        const y = normals(s, 40);
        const by = { d, D, period };
        const w = difference(y, by);
        expect(w.length).toBe(40 - d - D * period);
        expectNear(integrate(y.slice(0, 30), w.slice(30 - d - D * period), by), y.slice(30), 1e-9);
      }),
      RUNS,
    );
  });
});

describe("recovery from simulated series", () => {
  const few = { ...RUNS, numRuns: 6 };

  it("AR(2) with a mean", () => {
    fc.assert(
      fc.property(seed, (s) => {
        const y = simulate(s, 1500, short(0.9, -0.4), short()).map((v) => 3 * v + 50);
        const fit = fitArima(y, { order: [2, 0, 0] });
        expectNear(fit?.coefficients.ar, [0.9, -0.4], 0.1);
        expect(Math.abs((fit?.coefficients.constant ?? 0) - 50)).toBeLessThan(1);
        expect(Math.abs((fit?.sigma2 ?? 0) / 9 - 1)).toBeLessThan(0.2);
      }),
      few,
    );
  });

  it("MA(1), of a process that is not invertible the invertible one", () => {
    fc.assert(
      fc.property(seed, fc.constantFrom(0.6, 1 / 0.6), (s, theta) => {
        const y = simulate(s, 1500, short(), short(-theta));
        const fit = fitArima(y, { order: [0, 0, 1], constant: false });
        expectNear(fit?.coefficients.ma, [0.6], 0.1);
      }),
      few,
    );
  });

  it("ARIMA(1, 1, 1)(0, 1, 1) of period 12", () => {
    fc.assert(
      fc.property(seed, (s) => {
        const ma = { short: Float64Array.of(-0.3), seasonal: Float64Array.of(0.6), period: 12 };
        const w = simulate(s, 1200, short(0.5), ma);
        const y = integrate(new Float64Array(13), w, { d: 1, D: 1, period: 12 });
        const fit = fitArima(y, { order: [1, 1, 1], seasonal: { order: [0, 1, 1], period: 12 } });
        expectNear(fit?.coefficients.ar, [0.5], 0.15);
        expectNear(fit?.coefficients.ma, [0.3], 0.15);
        expectNear(fit?.coefficients.seasonalMa, [-0.6], 0.1);
      }),
      few,
    );
  });

  it("a regression with ARMA errors", () => {
    fc.assert(
      fc.property(seed, (s) => {
        const x = Float64Array.from({ length: 450 }, (_, t) => Math.sin(t / 9));
        const noise = simulate(s, 400, short(0.7), short());
        const y = noise.map((v, t) => 20 + 5 * x[t] + v);
        const fit = fitArima(y, { order: [1, 0, 0], regressors: [x.slice(0, 400)] });
        expect(Math.abs((fit?.coefficients.regressors[0] ?? 0) - 5)).toBeLessThan(1.5);
        // Far ahead only the regression is left.
        const { constant = 0, regressors = [0] } = fit?.coefficients ?? {};
        expect(fit?.forecast(50, [x.slice(400)])[49]).toBeCloseTo(constant + regressors[0] * x[449], 4);
      }),
      few,
    );
  });
});

/** A season, a wandering level and noise. */
function wandering(s: number, n: number): Float64Array {
  const random = createRandom(s);
  let level = 100;
  return Float64Array.from({ length: n }, (_, t) => {
    level += random.normal();
    return level + 8 * Math.sin((Math.PI * t) / 3) + random.normal();
  });
}

describe("equivariance", () => {
  const few = { ...RUNS, numRuns: 8 };
  const models = [
    { order: [1, 0, 1], constant: true },
    { order: [0, 1, 1], constant: true },
    { order: [2, 1, 0], seasonal: { order: [0, 1, 1], period: 6 } },
    { order: [1, 0, 0], seasonal: { order: [1, 0, 0], period: 6 }, constant: true },
  ] as const;

  it.each(models)("fitArima $order: y → c·y + k", (options) => {
    fc.assert(
      fc.property(
        seed,
        fc.double({ min: -30, max: 30, noNaN: true }),
        fc.integer({ min: -900, max: 900 }),
        (s, e, k) => {
          const [y, c] = [wandering(s, 90), 2 ** e];
          const plain = fitArima(y, options)?.forecast(8) ?? [];
          const moved = fitArima(
            y.map((v) => c * (v + k)),
            options,
          );
          expectNear(
            moved?.forecast(8),
            Array.from(plain, (v) => c * (v + k)),
            0.02 * c,
          );
        },
      ),
      few,
    );
  });

  it("selectArima: y → c·y chooses the same orders and scales the forecast", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: -60, max: 60 }), (s, e) => {
        const [y, c] = [wandering(s, 100), 2 ** e];
        const plain = selectArima(y, 6);
        const scaled = selectArima(
          y.map((v) => c * v),
          6,
        );
        expect([scaled?.order, scaled?.seasonal]).toEqual([plain?.order, plain?.seasonal]);
        expectNear(scaled?.forecast(8), plain?.forecast(8).map((v) => c * v) ?? [], 1e-4 * c);
      }),
      few,
    );
  });

  it("same series, same bytes", () => {
    const y = wandering(7, 160);
    expect(autoArima.point(y, { horizon: 9, seasons: [6] })).toEqual(autoArima.point(y, { horizon: 9, seasons: [6] }));
  });
});

describe("degenerate series", () => {
  const setting = { horizon: 5, seasons: [] };

  it("one to three points: no model or finite values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 3 }),
        (values) => {
          const point = autoArima.point(Float64Array.from(values), setting);
          expect(point === null || point.every(Number.isFinite)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it("a constant stays constant, zeros stay zero", () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1e-12, 3.7, -250, 1e15), fc.integer({ min: 3, max: 60 }), (level, n) => {
        const y = new Float64Array(n).fill(level);
        for (const seasons of [[], n >= 8 ? [4] : []])
          expect(autoArima.point(y, { horizon: 5, seasons })).toEqual(new Float64Array(5).fill(level));
      }),
      RUNS,
    );
  });

  it("a straight line goes on", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 12, max: 80 }), (slope, n) => {
        const y = Float64Array.from({ length: n }, (_, t) => 1000 + slope * t);
        const wanted = Array.from({ length: 5 }, (_, h) => 1000 + slope * (n + h));
        expectNear(autoArima.point(y, setting), wanted, 1e-6);
      }),
      RUNS,
    );
  });

  it("a pure season on a line goes on", () => {
    const y = Float64Array.from({ length: 60 }, (_, t) => 2 * t + [0, 5, 1, 9][t % 4]);
    const wanted = Array.from({ length: 5 }, (_, h) => 2 * (60 + h) + [0, 5, 1, 9][(60 + h) % 4]);
    expectNear(autoArima.point(y, { horizon: 5, seasons: [4] }), wanted, 1e-6);
  });

  it("ties, single spikes, any scale: finite values", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 4, max: 70 }), fc.constantFrom(1e-150, 1e-9, 1, 1e12, 1e140), (s, n, c) => {
        const random = createRandom(s);
        const ties = Float64Array.from({ length: n }, () => c * Math.floor(3 * random.uniform()));
        const spike = Float64Array.from({ length: n }, (_, t) => (t === n >> 1 ? c : 0));
        for (const y of [ties, spike]) {
          const point = autoArima.point(y, { horizon: 5, seasons: n >= 12 ? [6] : [] });
          expect(point === null || point.every(Number.isFinite)).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 25 },
    );
  });
});
