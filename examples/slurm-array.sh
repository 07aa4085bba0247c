#!/bin/bash
# A run of fleetlens as a Slurm job array, one shard a task, and a job that merges the shards when all are there.
#
#   sbatch --array=0-7 examples/slurm-array.sh                     # the shards
#   sbatch --dependency=afterok:JOBID examples/slurm-array.sh merge   # then the merge, JOBID being that of the array
#
# A task that failed is run again by itself: sbatch --array=5 --export=ALL,SHARDS=8 examples/slurm-array.sh
# All tasks see the same files under the same names. Set what follows in the environment, or change it here.
#SBATCH --job-name=fleetlens
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
#SBATCH --time=01:00:00
set -euo pipefail

FLEETLENS=${FLEETLENS:-fleetlens}
INPUT=${INPUT:-demand.parquet}
PARTS=${PARTS:-parts}
OUT=${OUT:-forecast.parquet}
# The number of tasks that Slurm tells is that of this submission: of a task that runs again alone it would be 1.
SHARDS=${SHARDS:-${SLURM_ARRAY_TASK_COUNT:-}}

if [ "${1:-}" = merge ]; then
  exec "$FLEETLENS" merge --inputs "$PARTS" --out "$OUT"
fi

exec "$FLEETLENS" forecast "$INPUT" --id queue --time time --value gpus --horizon 168 \
  --threads "${SLURM_CPUS_PER_TASK:-1}" --shard "${SLURM_ARRAY_TASK_ID:?not in a job array}/${SHARDS:?}" --out "$PARTS"
