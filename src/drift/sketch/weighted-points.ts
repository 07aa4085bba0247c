/** A distribution as points: values ascending (equal ones may follow each other), each with the rows it stands for. */
export interface WeightedPoints {
  values: Float64Array;
  weights: Float64Array;
  /** Sum of the weights. */
  n: number;
  /** Most that the share of values up to any x is off; 0 when the points are the values themselves. */
  error: number;
}
