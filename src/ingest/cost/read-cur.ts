import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { isoUtc } from "../../core/utc.js";
import { gpuFamily } from "../../cost/gpu-family.js";
import type { ChargeCategory } from "../../cost/types.js";
import { type MoneyCell, MoneyText, NeededText, OptionalMoney, TextCell, tagOf, timeCell } from "./charge-cells.js";
import type { ChargeReader, ReadCharge, TagNames } from "./charge-reader.js";

/** Name of a column in CUR 2.0: `lineItem/UnblendedCost` of a legacy report is `line_item_unblended_cost`. */
export function curName(column: string): string {
  return column
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[/:]/g, "_")
    .toLowerCase()
    .replace(/_a_r_n$/, "_arn");
}

const NEEDED = [
  ...["line_item_line_item_type", "line_item_usage_start_date", "line_item_usage_end_date"],
  ...["line_item_unblended_cost", "line_item_currency_code", "line_item_product_code"],
];

const COSTS = [
  ...["reservation_effective_cost", "reservation_unused_amortized_upfront_fee_for_billing_period"],
  ...["reservation_unused_recurring_fee", "savings_plan_savings_plan_effective_cost"],
  ...["savings_plan_total_commitment_to_date", "savings_plan_used_commitment", "line_item_net_unblended_cost"],
  ...["reservation_net_effective_cost", "savings_plan_net_savings_plan_effective_cost"],
  ...["reservation_net_unused_amortized_upfront_fee_for_billing_period", "reservation_net_unused_recurring_fee"],
] as const;

const TEXTS = [
  ...["bill_billing_period_start_date", "identity_line_item_id", "identity_time_interval", "line_item_usage_type"],
  ...["line_item_resource_id", "line_item_line_item_description", "line_item_operation", "line_item_usage_amount"],
  ...["product_instance_type", "product_product_name", "product_region", "product_region_code", "resource_tags"],
  ...["reservation_reservation_arn", "savings_plan_savings_plan_arn", "line_item_usage_account_id"],
] as const;

/** Line items that only lower a price; net cost columns hold them already. */
const DISCOUNTS =
  /^(EdpDiscount|PrivateRateDiscount|BundledDiscount|RiVolumeDiscount|Discount|SppDiscount|.*Discount)$/;

const CATEGORY: Readonly<Record<string, ChargeCategory>> = Object.freeze({
  Usage: "usage",
  DiscountedUsage: "usage",
  SavingsPlanCoveredUsage: "usage",
  SavingsPlanNegation: "usage",
  SavingsPlanRecurringFee: "purchase",
  SavingsPlanUpfrontFee: "purchase",
  RIFee: "purchase",
  Fee: "purchase",
  Tax: "tax",
  Credit: "credit",
  Refund: "adjustment",
});

const lineSchema = () => {
  const time = timeCell();
  return z
    .object({
      line_item_line_item_type: NeededText,
      line_item_usage_start_date: time,
      line_item_usage_end_date: time,
      line_item_unblended_cost: MoneyText,
      line_item_currency_code: NeededText.regex(/^[A-Z]{3}$/, "is not a currency code such as USD"),
      line_item_product_code: NeededText,
      bill_billing_period_start_date: time.nullish(),
      ...Object.fromEntries(TEXTS.slice(1).map((name) => [name, TextCell])),
      ...Object.fromEntries(COSTS.map((name) => [name, OptionalMoney])),
    })
    .refine((row) => row.line_item_usage_end_date > row.line_item_usage_start_date, {
      path: ["line_item_usage_end_date"],
      message: "is not after line_item_usage_start_date",
    });
};

type Line = z.infer<ReturnType<typeof lineSchema>> &
  Record<(typeof COSTS)[number], MoneyCell | null | undefined> &
  Record<(typeof TEXTS)[number], string | null>;

/** What a line costs when commitments are paid by use, by the amortisation that AWS documents for each line item type. */
function amortised(line: Line, billed: bigint): { effective: bigint; unused: boolean } {
  const net = line.line_item_net_unblended_cost != null;
  const cost = (name: (typeof COSTS)[number], netName?: (typeof COSTS)[number]): bigint =>
    ((net && netName ? line[netName] : null) ?? line[name])?.value ?? 0n;
  switch (line.line_item_line_item_type) {
    case "DiscountedUsage":
      return { effective: cost("reservation_effective_cost", "reservation_net_effective_cost"), unused: false };
    case "SavingsPlanCoveredUsage": {
      const own = cost("savings_plan_savings_plan_effective_cost", "savings_plan_net_savings_plan_effective_cost");
      return { effective: own, unused: false };
    }
    case "SavingsPlanNegation":
    case "SavingsPlanUpfrontFee":
      return { effective: 0n, unused: false };
    case "SavingsPlanRecurringFee": {
      const idle = cost("savings_plan_total_commitment_to_date") - cost("savings_plan_used_commitment");
      return { effective: idle, unused: idle !== 0n };
    }
    case "RIFee": {
      const idle =
        cost(
          "reservation_unused_amortized_upfront_fee_for_billing_period",
          "reservation_net_unused_amortized_upfront_fee_for_billing_period",
        ) + cost("reservation_unused_recurring_fee", "reservation_net_unused_recurring_fee");
      return { effective: idle, unused: idle !== 0n };
    }
    case "Fee":
      return { effective: line.reservation_reservation_arn ? 0n : billed, unused: false };
    default:
      return { effective: billed, unused: false };
  }
}

/** Column of the very name, or of the tag, as legacy reports and flattened exports have them. */
function tagColumn(names: ReadonlyMap<string, string>, tag: string): string | undefined {
  const wanted = [tag, `resource_tags_user_${tag}`, `resource_tags_${tag}`].map((name) => curName(name));
  return wanted.map((name) => names.get(name)).find((column) => column !== undefined);
}

/**
 * Reader of AWS Cost and Usage Reports: legacy ones (`lineItem/UnblendedCost`) and CUR 2.0 of Data Exports
 * (`line_item_unblended_cost`), by their header. Where a line has a net cost (discounts of the account included) that counts.
 *
 * @throws InputError naming a missing column
 */
export function curReader(header: readonly string[], file: string, tags: TagNames): ChargeReader {
  const names = new Map(header.map((column) => [curName(column), column]));
  const missing = NEEDED.find((name) => !names.has(name));
  if (missing !== undefined) {
    throw new InputError(`${file}: no column "${missing}", which every Cost and Usage Report has`, {
      file,
      column: missing,
    });
  }
  const [team, pool] = [tagColumn(names, tags.team), tagColumn(names, tags.pool)];
  const wanted = [...NEEDED, ...TEXTS, ...COSTS].filter((name) => names.has(name));
  const needed = NEEDED.map((name) => names.get(name) as string);
  const optional = [...wanted.map((name) => names.get(name)), team, pool].filter(
    (column): column is string => column !== undefined && !needed.includes(column),
  );
  const schema = lineSchema();
  return {
    ...{ format: "cur", version: null, needed, optional: [...new Set(optional)], warnings: [] },
    identity: names.get("identity_line_item_id") ?? null,
    read(cells): ReadCharge {
      const named = Object.fromEntries(wanted.map((name) => [name, cells[names.get(name) as string]]));
      const parsed = schema.safeParse(named);
      if (!parsed.success) {
        const [{ path, message }] = parsed.error.issues;
        return { field: names.get(String(path[0])) ?? String(path[0]), reason: message };
      }
      const line = parsed.data as Line;
      const type = line.line_item_line_item_type;
      const discount = DISCOUNTS.test(type);
      const category = discount ? "usage" : CATEGORY[type];
      if (category === undefined) {
        return {
          field: names.get("line_item_line_item_type") as string,
          reason: `"${type}" is not a known line item type`,
        };
      }
      const inNet = discount && names.has("line_item_net_unblended_cost");
      const gross = inNet ? { value: 0n, exact: true } : line.line_item_unblended_cost;
      const money = line.line_item_net_unblended_cost ?? gross;
      const [ofTeam, ofPool] = [
        team === undefined ? tagOf(line.resource_tags, tags.team) : cells[team],
        pool === undefined ? tagOf(line.resource_tags, tags.pool) : cells[pool],
      ];
      if (ofTeam === undefined || ofPool === undefined) {
        return { field: names.get("resource_tags") ?? "resource_tags", reason: "is not a JSON object" };
      }
      const start = line.bill_billing_period_start_date;
      return {
        currency: line.line_item_currency_code,
        exact: money.exact,
        charge: {
          start: line.line_item_usage_start_date,
          end: line.line_item_usage_end_date,
          billingMonth: typeof start === "number" ? isoUtc(start).slice(0, 7) : null,
          ...{ category, correction: type === "Refund", billed: money.value },
          ...amortised(line, money.value),
          commitment: /Fee$/.test(type) && !/RIFee|RecurringFee/.test(type) ? null : commitmentOf(line),
          region: line.product_region_code ?? line.product_region ?? null,
          service: line.product_product_name ?? line.line_item_product_code,
          ...{ team: ofTeam || null, pool: ofPool || null },
          family: gpuFamily([line.product_instance_type, line.line_item_usage_type]),
          resource: line.line_item_resource_id,
        },
      };
    },
  };
}

function commitmentOf(line: Line): string | null {
  return line.reservation_reservation_arn ?? line.savings_plan_savings_plan_arn ?? null;
}
