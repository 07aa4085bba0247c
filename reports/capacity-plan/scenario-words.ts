/** What the figures hold beside the forecast: `without planned work`, `with all planned work`. */
export function scenarioWords(name: string): string {
  if (name === "baseline") return "without planned work";
  return name === "all" ? "with all planned work" : `with the scenario ${name}`;
}
