/** Updates by wave and region, one row each, as columns of one length. */
export interface OtaWaves {
  /** Numbers are in their own order, texts in the order of the rows. */
  wave: readonly (number | string)[];
  region: readonly string[];
  /** Vehicles that tried the update. */
  attempted: Float64Array;
  /** Vehicles of these whose update failed. */
  failed: Float64Array;
  soak?: OtaSoak;
}

/** Vehicles after their update, one row each. */
export interface OtaSoak {
  vehicle: readonly string[];
  /** Hours since the update until the failure, or until the vehicle was last seen well. */
  hours: Float64Array;
  /** 1 failed at that time, 0 not so far. */
  failed: Uint8Array;
  region?: readonly string[];
}
