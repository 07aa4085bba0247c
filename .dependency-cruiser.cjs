// The import rules of the house: who may know whom. `npm run imports` checks them.
const PURE =
  "^src/(core|forecast|capacity|changepoint|incident|drift|experiment|backtest|gc-reachability|binpack|simulate|neural|cost)/";

/** A room may import itself and the rooms named; anything else of fleetlens is an error. */
const room = (name, ...mayKnow) => ({
  name: `room-${name}`,
  comment: `${name} may know only: ${mayKnow.join(", ") || "nothing of fleetlens"}`,
  severity: "error",
  from: { path: `^src/${name}/` },
  to: { path: "^(src|reports)/", pathNot: `^src/(${[name, ...mayKnow].join("|")})/` },
});

module.exports = {
  forbidden: [
    room("core"),
    room("forecast", "core"),
    room("binpack", "core"),
    room("simulate", "core", "binpack"),
    // changepoint tells which node pools became slower.
    room("capacity", "core", "forecast", "binpack", "simulate", "changepoint"),
    room("gc-reachability", "core"),
    room("changepoint", "core"),
    room("drift", "core"),
    // One computation of burn rates, for slo and for the gate of a service.
    room("experiment", "core", "incident"),
    room("incident", "core", "changepoint", "drift"),
    room("backtest", "core"),
    // Month ends are forecast, levels of daily cost watched for changes.
    room("cost", "core", "forecast", "changepoint"),
    // It is handed to forecast as a function, which knows nothing of it.
    room("neural", "core"),
    room("engine", "core"),
    // The worker pool lives on the ingest side so that pure modules stay free of node:worker_threads.
    room(
      "ingest",
      "core",
      "engine",
      "forecast",
      "binpack",
      "simulate",
      "gc-reachability",
      "changepoint",
      "incident",
      "drift",
      "experiment",
      "backtest",
      "cost",
      "neural",
    ),
    room("report", "core"),
    room("interop", "core"),
    {
      name: "notebooks",
      comment: "A notebook turns an analysis result into a report; it neither reads files nor runs commands.",
      severity: "error",
      from: { path: "^reports/" },
      to: { path: "^src/(cli|engine|ingest)/" },
    },
    {
      name: "pure-no-node",
      comment: "Analysis modules also run in a browser: no Node built-ins.",
      severity: "error",
      from: { path: PURE },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pure-no-edges",
      comment: "Analysis modules know neither DuckDB nor Vega nor the terminal.",
      severity: "error",
      from: { path: PURE },
      to: { path: "node_modules/(@duckdb|vega|vega-.*|@resvg|commander|ora|picocolors)/" },
    },
    {
      name: "tensors-in-neural",
      comment: "Tensor libraries are loaded when a backend is opened: only their types may be imported statically.",
      severity: "error",
      from: { path: "^src/neural/" },
      to: { path: "node_modules/(@tensorflow|webgpu)/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "tensors-elsewhere",
      comment: "Other rooms know no tensors, not even as types.",
      severity: "error",
      from: { path: "^(src|reports)/", pathNot: "^src/neural/" },
      to: { path: "node_modules/(@tensorflow|webgpu)/" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "not-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-dev-dependency",
      comment:
        "What ships may not import what only developers have; the build bundles a report's scripts. hive-driver and the tensor packages are optional peers too.",
      severity: "error",
      from: { path: "^(src|reports)/", pathNot: "^src/report/html/runtime/" },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/(@types|hive-driver|@tensorflow)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
