// @ts-check
import { makeTablesSortable, markReady } from "./sortable-tables.js";

makeTablesSortable();
markReady();
