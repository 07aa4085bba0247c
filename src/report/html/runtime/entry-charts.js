// @ts-check
import * as dataflow from "vega-dataflow";
import * as encode from "vega-encode";
import * as scale from "vega-scale";
import * as scenegraph from "vega-scenegraph";
import * as basic from "vega-transforms";
import * as util from "vega-util";
import * as layout from "vega-view-transforms";
import { start } from "./live-charts.js";

// Add-ons find these here instead of bringing them along a second time (scripts/build-assets.mjs).
Object.assign(globalThis, {
  fleetlensVega: {
    "vega-dataflow": dataflow,
    "vega-scale": scale,
    "vega-scenegraph": scenegraph,
    "vega-util": util,
  },
});

void start(basic, layout, encode);
