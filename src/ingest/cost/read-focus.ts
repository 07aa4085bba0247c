import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { isoUtc } from "../../core/utc.js";
import { gpuFamily } from "../../cost/gpu-family.js";
import type { ChargeCategory } from "../../cost/types.js";
import { missingColumn } from "../sql-table.js";
import { MoneyText, NeededText, TextCell, tagOf, timeCell } from "./charge-cells.js";
import type { ChargeReader, ReadCharge, TagNames } from "./charge-reader.js";
import {
  FOCUS_MANDATORY,
  FOCUS_NEEDED,
  type FocusVersion,
  focusVersion,
  unknownFocusColumns,
} from "./focus-columns.js";

const CATEGORIES = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"] as const;

/** Columns that say more where they are there. */
const WANTED = [
  ...["BillingPeriodStart", "ChargeClass", "RegionId", "ResourceId", "SubAccountId", "Tags", "InvoiceId"],
  ...["CommitmentDiscountId", "CommitmentDiscountStatus", "SkuId", "SkuPriceId", "SkuMeter", "SkuPriceDetails"],
  ...["ResourceType", "ChargeDescription", "ConsumedQuantity", "PricingQuantity", "ListCost", "ContractedCost"],
];

/** Custom columns that may name an instance type. */
const TYPE_COLUMN = /^x_.*(instance_?type|usage_?type|machine_?type|vm_?size|meter_?name)$/i;

function rowSchema() {
  const time = timeCell();
  return z
    .object({
      BilledCost: MoneyText,
      EffectiveCost: MoneyText,
      BillingCurrency: NeededText.regex(/^[A-Z]{3}$/, "is not a currency code such as USD"),
      ChargeCategory: z.enum(CATEGORIES, { error: `is not one of ${CATEGORIES.join(", ")}` }),
      ChargePeriodStart: time,
      ChargePeriodEnd: time,
      ServiceName: NeededText,
      BillingPeriodStart: time.nullish(),
      ChargeClass: z.literal(["", "Correction"], { error: "is neither empty nor Correction" }).nullish(),
      CommitmentDiscountStatus: z.literal(["", "Used", "Unused"], { error: "is neither Used nor Unused" }).nullish(),
      CommitmentDiscountId: TextCell,
      RegionId: TextCell,
      ResourceId: TextCell,
      Tags: TextCell,
    })
    .refine((row) => row.ChargePeriodEnd > row.ChargePeriodStart, {
      path: ["ChargePeriodEnd"],
      message: "is not after ChargePeriodStart",
    })
    .refine(
      (row) => row.ChargeCategory !== "Credit" || row.ChargeClass === "Correction" || row.BilledCost.value <= 0n,
      {
        path: ["BilledCost"],
        message: "of a Credit is above 0",
      },
    );
}

/** @throws InputError naming the first column that must be there */
function checkHeader(header: readonly string[], file: string, asked: FocusVersion | undefined): string[] {
  const must = asked === undefined ? FOCUS_NEEDED : FOCUS_MANDATORY;
  const missing = must.find((name) => !header.includes(name));
  if (missing !== undefined) {
    const { message, details } = missingColumn(missing, header, file);
    throw new InputError(`${message}; FOCUS ${asked ?? focusVersion(header)} makes it mandatory`, details);
  }
  const absent = FOCUS_MANDATORY.filter((name) => !header.includes(name));
  const unknown = unknownFocusColumns(header);
  return [
    ...(absent.length > 0
      ? [`${file}: a selection of FOCUS ${focusVersion(header)}; it lacks the mandatory ${absent.join(", ")}`]
      : []),
    ...(unknown.length > 0 ? [`${file}: unknown columns are not read: ${unknown.slice(0, 10).join(", ")}`] : []),
  ];
}

/**
 * Reader of FOCUS cost and usage data, versions 1.0 to 1.2, by its header.
 *
 * The columns that every figure rests on must be there; all that the version makes mandatory must be where the version is
 * asked for, else their absence is a warning, since exports may select columns.
 *
 * @throws InputError naming a missing column
 */
export function focusReader(
  header: readonly string[],
  file: string,
  tags: TagNames,
  asked?: FocusVersion,
): ChargeReader {
  const warnings = checkHeader(header, file, asked);
  const types = header.filter((name) => TYPE_COLUMN.test(name));
  const own = Object.values(tags).filter((name) => header.includes(name));
  const optional = header.filter((name) => [...WANTED, ...types, ...own].includes(name));
  const row = rowSchema();
  const skus = [...types, "SkuPriceDetails", "SkuMeter", "ResourceType", "SkuId", "SkuPriceId", "ServiceName"];
  return {
    ...{ format: "focus", version: asked ?? focusVersion(header), warnings },
    ...{ needed: FOCUS_NEEDED, optional },
    identity: header.includes("ResourceId") ? "ResourceId" : null,
    read(cells): ReadCharge {
      const parsed = row.safeParse(cells);
      if (!parsed.success) {
        const [{ path, message }] = parsed.error.issues;
        return { field: String(path[0] ?? ""), reason: message };
      }
      const one = parsed.data;
      const named = (name: string) => (own.includes(name) ? cells[name] || null : tagOf(one.Tags, name));
      const [team, pool] = [named(tags.team), named(tags.pool)];
      if (team === undefined || pool === undefined) return { field: "Tags", reason: "is not a JSON object" };
      return {
        currency: one.BillingCurrency,
        exact: one.BilledCost.exact && one.EffectiveCost.exact,
        charge: {
          start: one.ChargePeriodStart,
          end: one.ChargePeriodEnd,
          billingMonth: typeof one.BillingPeriodStart === "number" ? isoUtc(one.BillingPeriodStart).slice(0, 7) : null,
          category: one.ChargeCategory.toLowerCase() as ChargeCategory,
          correction: one.ChargeClass === "Correction",
          billed: one.BilledCost.value,
          effective: one.EffectiveCost.value,
          unused: one.CommitmentDiscountStatus === "Unused",
          // What a commitment was bought for is no use of it.
          commitment: one.ChargeCategory === "Usage" ? one.CommitmentDiscountId : null,
          region: one.RegionId,
          service: one.ServiceName,
          ...{ team, pool },
          family: gpuFamily(skus.map((name) => cells[name])),
          resource: one.ResourceId,
        },
      };
    },
  };
}
