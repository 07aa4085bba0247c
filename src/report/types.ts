/** A value of a table cell or a parameter; null means missing. */
export type Scalar = string | number | boolean | null;

/** A Vega-Lite specification (version 5 or 6) with its rows inline; plain JSON. */
export type VegaLiteSpec = Record<string, unknown>;

/** Words: a small Markdown subset (headings, emphasis, code, lists, quotes, links to http, https, mailto and #). */
export interface ProseCell {
  kind: "prose";
  id: string;
  markdown: string;
}

/** One key figure. */
export interface Metric {
  label: string;
  value: number | string | null;
  unit?: string;
  /** Change against what went before, in the same unit. */
  delta?: number;
}

/** Key figures, shown as tiles. */
export interface MetricsCell {
  kind: "metrics";
  id: string;
  items: Metric[];
}

/**
 * A column of a table cell; `format` is `"integer"`, `"percent"` (of a share) or `"text"`, else four digits. Values of an
 * `"integer"` column may be text of digits, which stays exact beyond 2^53.
 */
export interface TableColumn {
  name: string;
  label?: string;
  unit?: string;
  format?: string;
}

/** Rows by column name; a name that a row lacks is missing. */
export interface TableCell {
  kind: "table";
  id: string;
  caption?: string;
  columns: TableColumn[];
  rows: Record<string, Scalar>[];
}

/** A chart with the words that stand for it where it cannot be seen. */
export interface ChartCell {
  kind: "chart";
  id: string;
  spec: VegaLiteSpec;
  alt: string;
  caption?: string;
}

/** Source text, shown and never run. */
export interface CodeCell {
  kind: "code";
  id: string;
  language: string;
  source: string;
}

/** A note that the reader must not miss. */
export interface WarningCell {
  kind: "warning";
  id: string;
  severity: "info" | "warning" | "error";
  message: string;
}

export type Cell = ProseCell | MetricsCell | TableCell | ChartCell | CodeCell | WarningCell;

/** What was given to the analysis. */
export interface ReportParameter {
  name: string;
  value: Scalar;
  unit?: string;
}

/** What made the report, and from which bytes. */
export interface Provenance {
  tool: string;
  version: string;
  inputs: { name: string; sha256: string; rows: number }[];
  seed?: number;
}

/** The one report model from which every format is rendered. */
export interface Report {
  schemaVersion: "1.0";
  id: string;
  title: string;
  /** ISO 8601 UTC, given by the caller: the data's time, never the clock's. */
  generatedAt: string;
  parameters?: ReportParameter[];
  provenance?: Provenance;
  cells: Cell[];
}

/** Colour scheme of a rendering; `auto` follows the reader's setting where the format can. */
export type Theme = "auto" | "light" | "dark";
