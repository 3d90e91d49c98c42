-- Of some persons: the claim that an operator named is the one that counts, else the one that began last.
CREATE OR REPLACE TEMP TABLE in_force AS
SELECT person, record, began_at, claimants
FROM (
    SELECT
        c.person,
        c.record,
        c.began_at,
        count(*) OVER (PARTITION BY c.person) AS claimants,
        row_number() OVER (
            PARTITION BY c.person
            ORDER BY (c.claimant IS NOT DISTINCT FROM h.claimant) DESC, began_at DESC, began_with DESC, c.claimant DESC
        ) AS place
    FROM claims AS c
    LEFT JOIN holding AS h ON h.person = c.person
    WHERE hash(c.person) % getvariable('slices') = getvariable('slice')
)
WHERE place = 1;

INSERT INTO effective FROM in_force;

-- What counts, in equal groups. Days are those of western Indonesia, seven hours before UTC's.
INSERT INTO counted
SELECT
    f.place,
    (e.began_at // 1000000 + 25200) // 86400 AS day,
    f.unit,
    f.sex,
    least(greatest((getvariable('census_day') - f.birth) // 10000, 0) // 5, 15) AS band,
    f.relationship,
    f.away,
    f.education,
    f.activity,
    f.without_nik,
    f.clean,
    f.grade,
    count(*) AS number
FROM in_force AS e
JOIN facts AS f ON f.record = e.record AND f.person = e.person
GROUP BY ALL;
