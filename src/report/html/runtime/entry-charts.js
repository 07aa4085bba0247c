// @ts-check
import * as encode from "vega-encode";
import * as basic from "vega-transforms";
import * as layout from "vega-view-transforms";
import { start } from "./live-charts.js";

void start(basic, layout, encode);
