-- Iceberg table "db.t1" at "s3://lake/db.db/t1":
-- 3 of 5 snapshots go.
-- Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.
-- 1 objects are to be erased. Where a snapshot that stays needs them, delete their rows and rewrite first.

SELECT assert_true(count(*) = 2, 'this is not the table that was planned')
FROM db.t1.snapshots WHERE snapshot_id IN (14, 12);

CALL system.expire_snapshots(
  table => 'db.t1',
  older_than => TIMESTAMP '2026-03-01 00:00:00.123Z',
  retain_last => 2,
  snapshot_ids => ARRAY(13L)
);

CALL system.rewrite_manifests(
  table => 'db.t1'
);

CALL system.remove_orphan_files(
  table => 'db.t1',
  older_than => TIMESTAMP '2026-05-30 00:00:00.000Z',
  dry_run => true
);
