import type { CalibrationTask, QuantileAt } from "./calibration-task.js";
import { conformalShifts } from "./conformal.js";
import { errorScales } from "./scale.js";
import { backtestScores, centreAt, poolScores, scaleAt } from "./score-pool.js";

/** The scale on which errors are taken: logs where all values are positive, the values themselves otherwise. */
interface Scale {
  to(v: number): number;
  from(v: number): number;
}

const VALUES: Scale = { to: (v) => v, from: (v) => v };

function scaleFor(y: Float64Array): Scale {
  let smallest = Number.POSITIVE_INFINITY;
  for (const v of y) smallest = Math.min(smallest, v);
  if (!(smallest > 0)) return VALUES;
  return { to: (v) => Math.log(Math.max(v, smallest / 2)), from: Math.exp };
}

/**
 * Asymmetric split-conformal intervals: quantiles of signed errors, in log space for series that are positive
 * throughout, pooled over series in units of each one's error scale there.
 */
export function asymmetricQuantiles({ items, seasons, horizon, probabilities }: CalibrationTask): QuantileAt {
  const spaces = items.map(({ series }) => scaleFor(series.y));
  const errors = items.map((item, i) =>
    backtestScores(item, (actual, k, h) => spaces[i].to(actual) - spaces[i].to(item.fit.backtest[k].point[h])),
  );
  const scales = errorScales(
    items.map(({ series, plan, fit }, i) => {
      const { to } = spaces[i];
      const spreadThere = ({ point, spread }: { point: Float64Array; spread: Float64Array }) =>
        point.map((v, h) => to(v + spread[h]) - to(v));
      return {
        errors: errors[i],
        history: series.y.map(to),
        cuts: plan.cuts,
        season: seasons[i],
        spread: spreadThere(fit),
        backtestSpread: fit.backtest.map(spreadThere),
      };
    }),
  );
  const pool = poolScores(errors, scales);
  const shifts = conformalShifts(
    probabilities.map(() => pool),
    probabilities,
    horizon,
  );
  return (i, origin, at, h) => {
    const { to, from } = spaces[i];
    return from(to(centreAt(items[i], origin)[h]) + scaleAt(scales[i], origin) * shifts[at][h]);
  };
}
