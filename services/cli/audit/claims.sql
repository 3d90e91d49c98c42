-- From the forms of some households to their claims. Every step is a table that can be looked at.
--
-- forms         version rows as loaded: one per form or withdrawal without errors
-- facts         fact rows as loaded: one per person or household that a form counts

-- The first content of an id wins, within the forms that belong together. What comes later under the id is a repeat, or
-- is refused; either way it counts nothing.
CREATE OR REPLACE TEMP TABLE first_contents AS
SELECT *, min(record) OVER (PARTITION BY household, lineage) AS lineage_began
FROM forms
WHERE hash(household) % getvariable('slices') = getvariable('slice')
QUALIFY row_number() OVER (PARTITION BY household, lineage, submission ORDER BY record) = 1;

-- A card has its first 100 lineages, and a lineage its first 500 forms: beyond that nobody is filling in a census form.
CREATE OR REPLACE TEMP TABLE accepted AS
SELECT *
FROM first_contents
QUALIFY dense_rank() OVER (PARTITION BY household ORDER BY lineage_began) <= 100
    AND row_number() OVER (PARTITION BY household, lineage ORDER BY record) <= 500;

-- A withdrawal takes back what was received before it: it stands level with the highest revision among that.
CREATE OR REPLACE TEMP TABLE lifted AS
SELECT w.record, max(a.revision) AS revision
FROM accepted AS w
JOIN accepted AS a
    ON a.household = w.household
    AND a.lineage = w.lineage
    AND (a.received_at < w.received_at OR (a.received_at = w.received_at AND a.submission <= w.submission))
WHERE w.withdraws
GROUP BY w.record;

-- Order within a lineage; the last form is in force.
CREATE OR REPLACE TEMP TABLE ordered AS
SELECT
    a.* EXCLUDE (revision),
    row_number() OVER (
        PARTITION BY a.household, a.lineage
        ORDER BY coalesce(l.revision, a.revision), a.received_at, a.submission
    ) AS step,
    count(*) OVER (PARTITION BY a.household, a.lineage) AS steps
FROM accepted AS a
LEFT JOIN lifted AS l ON l.record = a.record;

-- A claim began with the first form of the unbroken run that leads to the form in force. Consecutive steps with the
-- same person keep the same distance to the person's own running number: that distance names the run.
CREATE OR REPLACE TEMP TABLE runs AS
SELECT
    household,
    lineage,
    person,
    min_by(received_at, step) AS began_at,
    min_by(submission, step) AS began_with,
    max(step) AS until,
    any_value(steps) AS steps
FROM (
    SELECT
        o.household,
        o.lineage,
        f.person,
        o.received_at,
        o.submission,
        o.step,
        o.steps,
        o.step - row_number() OVER (PARTITION BY o.household, o.lineage, f.person ORDER BY o.step) AS run
    FROM ordered AS o
    JOIN facts AS f ON f.record = o.record AND f.leads
    WHERE o.steps > 1
)
GROUP BY household, lineage, person, run
HAVING max(step) = any_value(steps);

INSERT INTO claims
SELECT o.record, f.person, o.claimant, o.received_at AS began_at, o.submission AS began_with
FROM ordered AS o
JOIN facts AS f ON f.record = o.record AND f.leads
WHERE o.steps = 1
UNION ALL
SELECT o.record, r.person, o.claimant, r.began_at, r.began_with
FROM runs AS r
JOIN ordered AS o ON o.household = r.household AND o.lineage = r.lineage AND o.step = o.steps;
