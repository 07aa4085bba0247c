import { counted } from "./capacity-plan/words.js";

/** Most rows of a table that names things one by one. */
export const MOST_ROWS = 200;

/** End of a caption where rows are left out: ` 12 more rows stand in the result's file.`; else nothing. */
export function leftOutWords(rows: number): string {
  const left = rows - MOST_ROWS;
  if (left <= 0) return "";
  return ` ${counted(left, "more row")} ${left === 1 ? "stands" : "stand"} in the result's file.`;
}
