const HIGHEST = 4e-3;
const WARM_UP = 50;

/** Learning rate of step 1 … `steps`: rises over the first steps, then falls along half a cosine to zero. */
export function learningRate(step: number, steps: number): number {
  const warmUp = Math.min(WARM_UP, Math.ceil(steps / 10));
  if (step <= warmUp) return (HIGHEST * step) / warmUp;
  return (HIGHEST / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp + 1)));
}
