import { combineComponents } from "./combine-components.js";
import type { ComponentFit, SeriesTask } from "./fit-series.js";
import { joinTest } from "./join-test.js";
import type { JoinTest } from "./types.js";

/** What a panel's fits are once the components on trial have been judged. */
interface Judged {
  /** Without those that the panel is better without, as if they had never been. */
  kept: readonly ComponentFit[][];
  /** By name; null where none was on trial. */
  joins: Record<string, JoinTest> | null;
}

/** The ways in which a component on trial may join the fits of a series. */
const WAYS: Readonly<
  Record<NonNullable<JoinTest["as"]>, (row: ComponentFit[], trial: ComponentFit) => ComponentFit[]>
> = Object.freeze({
  component: (row, trial) => [...row, trial],
  member: ([first, ...others], trial) => [withMember(first, trial), ...others],
});

/**
 * Judges the components on trial, one after the other, each beside those that joined before it: as a component of its own,
 * or as a member of the first one, whichever gains more of what is sure.
 */
export function judgeTrials(tasks: readonly SeriesTask[], fits: readonly ComponentFit[][]): Judged {
  const trials = [...new Set(tasks.flatMap(({ onTrial = [] }) => onTrial))];
  if (trials.length === 0) return { kept: fits, joins: null };
  let kept: ComponentFit[][] = fits.map((row) => row.filter(({ name }) => !trials.includes(name)));
  const joins: Record<string, JoinTest> = {};
  for (const name of trials) {
    const own = fits.map((row) => row.find((fit) => fit.name === name));
    const before = combineComponents(tasks, kept);
    const tried = (["component", "member"] as const).map((as) => {
      const after = kept.map((row, i) => {
        const trial = own[i];
        return trial ? WAYS[as](row, trial) : row;
      });
      const items = combineComponents(tasks, after);
      const having = <T>(rows: readonly T[]) => rows.filter((_, i) => own[i] !== undefined);
      return { after, test: joinTest(having(before), having(items), as) };
    });
    const best = tried.reduce((a, b) => (isBetter(b.test, a.test) ? b : a));
    joins[name] = best.test;
    if (best.test.joined) kept = best.after;
  }
  return { kept, joins };
}

function isBetter(a: JoinTest, b: JoinTest): boolean {
  if (a.joined !== b.joined) return a.joined;
  return a.joined && (a.gain ?? 0) > (b.gain ?? 0);
}

/** A component with one member more; one that has a distribution stays as it is, since that is its single model's. */
function withMember(fit: ComponentFit, { members, points, backtest }: ComponentFit): ComponentFit {
  if (fit.distribution) return fit;
  return {
    ...fit,
    members: [...fit.members, ...members],
    points: [...fit.points, ...points],
    backtest: fit.backtest.map((then, k) => ({ ...then, points: [...then.points, ...backtest[k].points] })),
  };
}
