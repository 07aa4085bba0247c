import type { Detection } from "../changepoint/index.js";
import { type DetectWork, detectTask } from "./detect-series.js";
import { serveTasks } from "./serve-tasks.js";

serveTasks<DetectWork, Detection[]>(({ tasks, options }) => tasks.map((task) => detectTask(task, options)));
