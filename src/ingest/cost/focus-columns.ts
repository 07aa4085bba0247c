/** Versions of FOCUS whose columns are known. */
export const FOCUS_VERSIONS = ["1.0", "1.1", "1.2"] as const;
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** Without these nothing can be computed: all are mandatory in every version. */
export const FOCUS_NEEDED: readonly string[] = Object.freeze([
  "BilledCost",
  "EffectiveCost",
  "BillingCurrency",
  "ChargeCategory",
  "ChargePeriodStart",
  "ChargePeriodEnd",
  "ServiceName",
]);

/** Columns of feature level "Mandatory", the same in 1.0, 1.1 and 1.2 (FOCUS_Spec, "Content constraints" of each column). */
export const FOCUS_MANDATORY: readonly string[] = Object.freeze([
  ...FOCUS_NEEDED,
  ...["BillingAccountId", "BillingAccountName", "BillingPeriodEnd", "BillingPeriodStart", "ChargeClass"],
  ...["ChargeDescription", "ContractedCost", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit"],
  ...["ProviderName", "PublisherName", "ServiceCategory"],
]);

/** The other columns of 1.0, and what each later version adds. */
const ADDED: Readonly<Record<FocusVersion, readonly string[]>> = Object.freeze({
  "1.0": [
    ...["AvailabilityZone", "ChargeFrequency", "CommitmentDiscountCategory", "CommitmentDiscountId"],
    ...["CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType", "ConsumedQuantity"],
    ...["ConsumedUnit", "ContractedUnitPrice", "ListUnitPrice", "PricingCategory", "RegionId", "RegionName"],
    ...["ResourceId", "ResourceName", "ResourceType", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags"],
  ],
  "1.1": [
    ...["CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity", "CommitmentDiscountUnit"],
    ...["ServiceSubcategory", "SkuMeter", "SkuPriceDetails"],
  ],
  "1.2": [
    ...["BillingAccountType", "InvoiceId", "PricingCurrency", "PricingCurrencyContractedUnitPrice"],
    ...["PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice", "SubAccountType"],
  ],
});

/** The oldest version that has all known columns of a header. */
export function focusVersion(header: readonly string[]): FocusVersion {
  return FOCUS_VERSIONS.findLast((version) => ADDED[version].some((name) => header.includes(name))) ?? "1.0";
}

/** Columns of a header that no known version has and that do not call themselves custom (`x_`). */
export function unknownFocusColumns(header: readonly string[]): string[] {
  const known = new Set([...FOCUS_MANDATORY, ...Object.values(ADDED).flat()]);
  return header.filter((name) => !known.has(name) && !/^x_/i.test(name));
}
