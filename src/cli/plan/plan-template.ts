/** What `fleetlens plan init` writes: every key of plan.yaml, explained. */
export const PLAN_TEMPLATE = `# Capacity plan: fleetlens plan plan.yaml --out plan
# Only version and demand are needed; a section that is left out makes its part of the plan absent.
version: 1
# month: 2026-10               # names the output; default: the month after the last observation
horizon_weeks: 4               # 1 to 8
time_zone: UTC                 # IANA name; weeks start on Monday in it
seed: 42                       # same inputs and seed, same bytes
levels: [80, 95]               # interval levels in per cent

# Demand is what was asked for: running + pending GPUs. Paths are relative to this file; globs are allowed.
demand:
  source: telemetry            # telemetry | jobs
  files: "telemetry/*.parquet" # Parquet, CSV or Arrow IPC
  # Without columns they are found by well-known names (queue|vc|partition|namespace, time|timestamp|ds, running*gpu*, ...).
  columns: { queue: queue, time: time, running: running_gpus, pending: pending_gpus }
# For source jobs: format: columns | sacct | kueue | sagemaker | wandb, and for format columns
#   columns: { id: id, queue: queue, submit: submit, start: start, end: end, gpus: gpus, state: state, user: user, team: team, gpu_model: gpu_model }

# GPUs of each queue over time: tidy (queue, from, gpus) or wide (date, then a column a queue).
# Default: the telemetry's own column, else the most GPUs seen in use.
# capacity:
#   files: gpu_number.csv

# Nodes of one kind that can be bought together. Prices here are examples: put in yours.
pools:
  - name: a100
    labels: { gpu: A100 }
    taints: ["gpu=A100:NoSchedule"]
    gpu_model: A100-80G
    nodes: 12                  # what there is now
    gpus_per_node: 8
    zone: az1
    price: { on_demand: 27.45, spot: 11.2, commit_1y: 17.1, commit_3y: 11.9, unit: node_hour, currency: USD } # or gpu_hour
    spot: { interruption_per_hour: 0.05, checkpoint_minutes: 15, restart_minutes: 6 }
    io: { gbytes_per_s: 20 }   # throughput of the pool's storage

# Which queue runs in which pool, in order of preference; higher priority is placed first. "*" is every other queue.
# shares: [0.7, 0.3] splits a queue over its pools instead of filling them in order.
mapping:
  # - { queue: training, pools: [a100], spot_share_max: 0.3, gbytes_per_s_per_gpu: 0.05, team: vision, priority: 100, weight: 2, slo: { median_wait_minutes: 10, p95_wait_minutes: 120 } }
  - { queue: "*", pools: [a100] }

# Planned work on top of the forecast: hpo_wave, hpo_trials, retrain, scale, shift, capacity.
# scenarios:
#   - name: HPO wave
#     probability: 1.0         # below 1: present in that share of the futures
#     overlays:
#       - { type: hpo_wave, queue: training, start: 2026-10-12T00:00:00Z, duration_hours: 96, gpus: 64 }

commitments:
  existing: [{ pool: a100, nodes: 6, until: 2027-03-01, kind: commit_1y }]
  terms: [commit_1y, commit_3y] # what may be bought
budget: { month: 400000, currency: USD }
`;
