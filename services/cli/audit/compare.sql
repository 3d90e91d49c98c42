-- Every cell beside its live one. A cell that is not there is zero; cells that are zero on both sides are left out.
-- `day` is -1 in a cell of all days.

CREATE OR REPLACE TEMP TABLE compared AS
SELECT region, day, counter, coalesce(live.number, 0) AS live, coalesce(log.number, 0) AS log
FROM (SELECT * FROM live_cells WHERE number <> 0) AS live
FULL OUTER JOIN (
    SELECT region, -1 AS day, counter, number FROM log_cells
    UNION ALL
    SELECT region, day, counter, number FROM log_day_cells WHERE getvariable('with_days')
) AS log
USING (region, day, counter);
