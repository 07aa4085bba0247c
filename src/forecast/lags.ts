import { remembered } from "./remembered.js";

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const around = (centre: number, width: number): number[] => range(centre - width, centre + width);

const ascending = (lags: number[]): number[] => [...new Set(lags)].filter((l) => l >= 1).sort((a, b) => a - b);

/**
 * Sparse lags for short seasons: the recent past, half and whole seasons with their neighbours, whole multiples up to
 * the longest season, and twice that. For seasons 24 and 168 this is
 * {1–6, 12, 22–26, 47–49, 72, 96, 120, 143–145, 166–170, 191–193, 335–337}.
 */
export const sparseLags = remembered((seasons): readonly number[] => {
  if (seasons.length === 0) return range(1, 6);
  const shortest = seasons[0];
  const longest = seasons[seasons.length - 1];
  const lags = [...range(1, 6), Math.round(shortest / 2), ...around(shortest, 2), ...around(2 * shortest, 1)];
  if (longest === shortest) return ascending([...lags, 3 * shortest, 4 * shortest, 5 * shortest]);
  for (let lag = 3 * shortest; lag < longest - shortest; lag += shortest) lags.push(lag);
  lags.push(...around(longest - shortest, 1), ...around(longest, 2));
  lags.push(...around(longest + shortest, 1), ...around(2 * longest, 1));
  for (const middle of seasons.slice(1, -1)) lags.push(...around(middle, 1));
  return ascending(lags);
});

/** Every lag up to just past the shortest season, and the longer seasons: {1–26, 48, 49, 72, 168, 169} for 24, 168. */
export const denseLags = remembered((seasons): readonly number[] => {
  if (seasons.length === 0) return range(1, 8);
  const shortest = seasons[0];
  const lags = [...range(1, shortest + 2), 2 * shortest, 2 * shortest + 1, 3 * shortest];
  for (const longer of seasons.slice(1)) lags.push(longer, longer + 1);
  return ascending(lags);
});

/** Lags for one long season (weeks of a year): {1–6, 8, 13, 26, 39, 51–54, 104} for 52. */
export function longSeasonLags(season: number | undefined): number[] {
  if (season === undefined) return [...range(1, 6), 8, 13];
  const quarter = season / 4;
  const lags = [...range(1, 6), 8, Math.round(quarter), Math.round(2 * quarter), Math.round(3 * quarter)];
  return ascending([...lags, ...range(season - 1, season + 2), 2 * season]);
}
