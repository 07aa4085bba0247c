import type { Action } from "../../src/gc-reachability/index.js";
import { barChart, type VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { ACTION_COLOURS, SHOWN_ACTIONS } from "./actions.js";
import { commonUnit, inUnit } from "./bytes.js";
import { distinctNames } from "./distinct-names.js";

/** A bar: bytes by what happens to them. */
export interface ActionBar {
  name: string;
  bytes: Readonly<Record<Action, bigint>>;
}

const lengthOf = ({ bytes }: ActionBar): bigint => bytes.delete + bytes.transition + bytes.keep;

interface Layer {
  mark: object;
  encoding: { color: { scale: object } };
}

/** Bars of bytes, cut by what happens to them, in the colours of the actions. */
export function actionBars(bars: readonly ActionBar[], title: string, categoryTitle: string): VegaLiteSpec {
  const unit = commonUnit(bars.map(lengthOf));
  const spec = barChart({
    title,
    categories: distinctNames(bars.map(({ name }) => name)),
    categoryTitle,
    series: SHOWN_ACTIONS.map((action) => ({
      name: action,
      value: bars.map(({ bytes }) => inUnit(bytes[action], unit)),
    })),
    stacked: true,
    horizontal: true,
    yTitle: "Size",
    unit: unit.name,
  });
  const layer = (spec["layer"] as Layer[]).map(({ mark, encoding, ...rest }) => ({
    ...rest,
    mark: { ...mark, stroke: LIGHT.muted },
    encoding: {
      ...encoding,
      color: { ...encoding.color, scale: { ...encoding.color.scale, range: ACTION_COLOURS } },
      // A border around nothing would still be a line.
      strokeWidth: { condition: { test: "datum.value > 0", value: 0.75 }, value: 0 },
    },
  }));
  return { ...spec, layer };
}
