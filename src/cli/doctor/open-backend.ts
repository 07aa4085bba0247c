// A process of its own, started by the doctor: opens the tensor backend of `auto` and tells its parent which it is.
import { openTensorBackend } from "../../neural/open-tensor-backend.js";
import { reason } from "./check.js";
import type { BackendAnswer } from "./neural.js";

const answer: BackendAnswer = await openTensorBackend("auto").then(
  ({ name, detail, passedOver }) => ({ opened: { name, detail, passedOver } }),
  (error: unknown) => ({ refused: reason(error) }),
);
process.send?.(answer, () => process.exit());
