-- Iceberg table "db.`o'brien``\\;\n-- drop`" at "s3://lake/db/o'brien`\\;\n-- drop":
-- 1 of 1 snapshots go.
-- Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.
-- The table itself is to go too. If its catalog agrees: DROP TABLE, which these calls do not.

SELECT assert_true(count(*) = 1, 'this is not the table that was planned')
FROM IDENTIFIER('db.`o\'brien``\\;\u000a-- drop`.snapshots') WHERE snapshot_id IN (21);

CALL system.expire_snapshots(
  table => 'db.`o\'brien``\\;\u000a-- drop`',
  older_than => TIMESTAMP '2026-01-01 00:00:00.001Z',
  retain_last => 1
);

CALL system.rewrite_manifests(
  table => 'db.`o\'brien``\\;\u000a-- drop`'
);

CALL system.remove_orphan_files(
  table => 'db.`o\'brien``\\;\u000a-- drop`',
  older_than => TIMESTAMP '2026-05-30 00:00:00.000Z',
  dry_run => true
);
