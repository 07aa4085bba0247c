// @ts-check
import { transforms } from "vega-dataflow";
import * as geo from "vega-geo";

Object.assign(transforms, geo);
