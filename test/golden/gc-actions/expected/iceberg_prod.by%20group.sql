-- Iceberg table "prod.`by group`" at "prod.by group":
-- 1 of 1 snapshots go.
-- Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.
-- 1 objects are to be erased. Where a snapshot that stays needs them, delete their rows and rewrite first.

SELECT assert_true(count(*) = 1, 'this is not the table that was planned')
FROM IDENTIFIER('prod.`by group`.snapshots') WHERE snapshot_id IN (1);

CALL system.expire_snapshots(
  table => 'prod.`by group`',
  older_than => TIMESTAMP '1970-01-01 00:00:00.000Z',
  retain_last => 1,
  snapshot_ids => ARRAY(1L)
);

CALL system.rewrite_manifests(
  table => 'prod.`by group`'
);

CALL system.remove_orphan_files(
  table => 'prod.`by group`',
  older_than => TIMESTAMP '2026-05-30 00:00:00.000Z',
  dry_run => true
);
