/** `commit_1y` as people say it: `1-year commitment`. */
export function termName(term: string): string {
  const years = /^commit_(\d+)y$/.exec(term)?.[1];
  return years ? `${years}-year commitment` : term;
}
