export { analyseCost, type CostOptions, DEFAULT_COST_OPTIONS } from "./analyse-cost.js";
export { apportion } from "./apportion.js";
export {
  type Bill,
  type BillCell,
  type BillCollector,
  type BillCommitment,
  type BillOptions,
  type BillResource,
  billCollector,
  collectBill,
} from "./bill.js";
export { type Budget, type BudgetFile, BudgetFileSchema, parseBudgets } from "./budget.js";
export {
  type CostAnalysis,
  CostAnalysisSchema,
  type CostBudget,
  type CostChange,
  type CostFile,
  CostFileSchema,
  type CostMonthEnd,
  type Recommendation,
} from "./cost-schema.js";
export { type DaysAhead, daysAhead, type SumForecast } from "./days-ahead.js";
export { GPU_FAMILIES, GPU_FAMILIES_DATE, gpuFamily, OTHER_FAMILY } from "./gpu-family.js";
export { MONEY_DECIMALS, minorDecimals, moneyNumber, moneyText, parseMoney } from "./money.js";
export { USE_LIMITS, type UseRow } from "./recommendations.js";
export { type MonthShowback, SHOWBACK_ROWS, SHOWBACK_RULE, type ShowbackRow, showback } from "./showback.js";
export { spreadDays } from "./spread-days.js";
export {
  CHARGE_CATEGORIES,
  type Charge,
  type ChargeCategory,
  COST_DIMENSIONS,
  type CostBasis,
  type CostDimension,
} from "./types.js";
