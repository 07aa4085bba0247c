/** Names that would run, break the layout or break the markup if they were taken for more than text. */
export const HOSTILE_NAMES: readonly string[] = [
  '<img src=x onerror="document.body.remove()">',
  "</script><script>alert(1)</script>",
  "[a](javascript:alert(1)) | `b` _c_",
  "x".repeat(200),
  "\u202eright to left",
];
