// @ts-check
// Importing vega registers every transform.
import "vega";
import { start } from "./live-charts.js";

void start();
