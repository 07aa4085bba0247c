import type { ClusterConfig } from "./cluster-config.js";
import { createNodeRoom } from "./node-room.js";
import { createPooledRoom } from "./pooled-room.js";
import type { Room } from "./room.js";
import type { QueueJobs } from "./types.js";

/** The room that the cluster's placement asks for. */
export function createRoom(jobs: QueueJobs, cluster: ClusterConfig): Room {
  return cluster.placement === "nodes" ? createNodeRoom(jobs, cluster) : createPooledRoom(jobs, cluster);
}
