/** The date of a report whose data bear none: people are not shown it. */
export const UNDATED = "1970-01-01T00:00:00Z";
