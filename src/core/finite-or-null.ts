/** A number as JSON has it: null for NaN and the infinities. */
export const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
