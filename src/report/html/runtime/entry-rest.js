// @ts-check
import * as crossfilter from "vega-crossfilter";
import { transforms } from "vega-dataflow";
import * as force from "vega-force";
import * as hierarchy from "vega-hierarchy";
import * as label from "vega-label";
import * as regression from "vega-regression";
import * as voronoi from "vega-voronoi";
import * as wordcloud from "vega-wordcloud";

Object.assign(transforms, crossfilter, force, hierarchy, label, regression, voronoi, wordcloud);
