import type { Overlay } from "../forecast/index.js";

/** One sentence on what an overlay does. */
export function describeOverlay(overlay: Overlay): string {
  const at = `queue ${overlay.queue}`;
  switch (overlay.type) {
    case "hpo_wave":
      return `${at}: ${overlay.gpus} GPUs for ${overlay.duration_hours} hours from ${overlay.start}`;
    case "hpo_trials": {
      const each = overlay.hours_per_trial;
      const length = typeof each === "number" ? `${each} hours` : `a median of ${each.median} hours`;
      return `${at}: ${overlay.trials} trials of ${overlay.gpus_per_trial} GPUs and ${length} each, ${overlay.parallel} at a time, from ${overlay.start}`;
    }
    case "retrain": {
      const cadence = overlay.every_hours === undefined ? [] : [`every ${overlay.every_hours} hours`];
      const alarms =
        overlay.trigger_rate_per_week === undefined ? [] : [`${overlay.trigger_rate_per_week} drift alarms a week`];
      return `${at}: retraining on ${overlay.gpus} GPUs for ${overlay.duration_hours} hours, ${[...cadence, ...alarms].join(" and ")}, from ${overlay.start}`;
    }
    case "scale":
      return `${at}: demand × ${overlay.factor} from ${overlay.from} to ${overlay.to}`;
    case "shift":
      return `${at}: ${100 * overlay.fraction} % of demand moves to ${overlay.to_queue} from ${overlay.from} to ${overlay.to}`;
    case "capacity":
      return `${at}: capacity of ${overlay.gpus} GPUs from ${overlay.from} to ${overlay.to}`;
  }
}
