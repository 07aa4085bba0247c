export const mergeBacktest = null as never;
