export type { ActionContext, ActionFile } from "./action-context.js";
export { WandbKeepSchema } from "./wandb-keep-schema.js";
export { writeActions } from "./write-actions.js";
