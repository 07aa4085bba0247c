/** Results that are remembered at most. */
const MOST_RESULTS = 256;

/** A function of a few numbers with its results remembered: series after series asks for the same few again. */
export function remembered<T>(make: (numbers: readonly number[]) => T): (numbers: readonly number[]) => T {
  const known = new Map<string, T>();
  return (numbers) => {
    const key = numbers.join();
    let result = known.get(key);
    if (result === undefined) {
      if (known.size === MOST_RESULTS) known.clear();
      result = make(numbers);
      known.set(key, result);
    }
    return result;
  };
}
