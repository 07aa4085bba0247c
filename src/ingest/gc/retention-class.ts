/** Property, tag or annotation by which an artifact names its retention class, in every source that has such. */
export const RETENTION_CLASS = "retention_class";
