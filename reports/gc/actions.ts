import type { Action } from "../../src/gc-reachability/index.js";
import { LIGHT } from "../../src/report/palette.js";

/** What may happen to objects, from what is lost to what stays, and how it is drawn: loud to quiet. */
export const SHOWN_ACTIONS: readonly Action[] = Object.freeze(["delete", "transition", "keep"]);
export const ACTION_COLOURS = LIGHT.fill;
