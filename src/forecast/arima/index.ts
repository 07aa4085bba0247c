export { type ArimaCoefficients, type ArimaFit, type ArimaOptions, fitArima } from "./fit.js";
export type { ArimaOrders } from "./orders.js";
export { selectArima } from "./select.js";
