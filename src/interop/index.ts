export * from "./from-data-frame.js";
export * from "./to-data-frame.js";
