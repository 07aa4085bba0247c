import type { FamilyBill } from "../../capacity/index.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import type { ReadOptions } from "../../ingest/index.js";

/**
 * A cloud's bill (FOCUS or CUR) by GPU family, credits and corrections in its total only.
 *
 * @throws InputError when it is in another currency than the prices
 */
export async function readFamilyBill(
  input: string,
  currency: string,
  options: ReadOptions,
): Promise<{ bill: FamilyBill; inputs: InputFile[] }> {
  const { moneyNumber, OTHER_FAMILY } = await import("../../cost/index.js");
  const { readBill } = await import("../../ingest/cost/read-bill.js");
  const { bill, inputs } = await readBill(input, options);
  if (bill.currency !== currency) {
    throw new InputError(`the bill is in ${bill.currency}, the prices are in ${currency}`, { option: "--focus" });
  }
  let total = 0n;
  const families = new Map<string, { used: bigint; unused: bigint }>();
  for (const cell of bill.cells) {
    total += cell.billed;
    if (cell.family === OTHER_FAMILY || cell.category === "credit" || cell.correction) continue;
    const sums = families.get(cell.family) ?? { used: 0n, unused: 0n };
    sums[cell.unused ? "unused" : "used"] += cell.effective;
    families.set(cell.family, sums);
  }
  return {
    bill: {
      total: moneyNumber(total),
      families: [...families].map(([family, { used, unused }]) => ({
        ...{ family, used: moneyNumber(used), unused: moneyNumber(unused) },
      })),
    },
    inputs,
  };
}
