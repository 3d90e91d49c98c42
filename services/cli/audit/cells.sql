-- From what counts to cells: one number per region and counter.

CREATE OR REPLACE TEMP MACRO band_name(band) AS
    CASE WHEN band = 15 THEN '75_up' ELSE format('{:02d}_{:02d}', band * 5, band * 5 + 4) END;

CREATE OR REPLACE TEMP MACRO sex_name(sex) AS
    CASE sex WHEN 1 THEN 'male' ELSE 'female' END;

CREATE OR REPLACE TEMP TABLE village_cells AS
SELECT place, day, counter, sum(number)::BIGINT AS number
FROM (
    SELECT
        place,
        day,
        number,
        unnest(
            CASE unit
                WHEN 1 THEN [
                    'persons',
                    sex_name(sex),
                    sex_name(sex) || '_' || band_name(band),
                    CASE WHEN clean THEN 'persons_clean' END,
                    CASE WHEN away THEN 'away_from_card' END,
                    CASE WHEN without_nik THEN 'without_nik' END,
                    'education_' || ['none', 'sd', 'smp', 'sma', 'diploma', 'd4_s1', 's2', 's3'][education + 1],
                    'activity_' || ['working', 'housekeeping', 'school', 'other'][activity],
                    'relationship_' || ['head', 'spouse', 'child', 'child_in_law',
                                        'grandchild', 'parent', 'helper', 'other'][relationship]
                ]
                ELSE [
                    'households',
                    CASE WHEN clean THEN 'households_clean' END,
                    'households_grade_' || ['a', 'b', 'c', 'd'][grade + 1]
                ]
            END
        ) AS counter
    FROM counted
)
WHERE counter IS NOT NULL
GROUP BY place, day, counter;

-- A region's number is its code without dots; a level up is the number without its last digits.
CREATE OR REPLACE TEMP TABLE log_cells AS
SELECT region, counter, sum(number)::BIGINT AS number
FROM (
    SELECT unnest([place, place // 10000, place // 1000000, place // 100000000, 0]) AS region, counter, number
    FROM village_cells
)
GROUP BY region, counter;

CREATE OR REPLACE TEMP TABLE log_day_cells AS
SELECT region, day, counter, sum(number)::BIGINT AS number
FROM (
    SELECT unnest([place, place // 10000, place // 1000000, place // 100000000, 0]) AS region, day, counter, number
    FROM village_cells
    WHERE counter IN ('persons', 'households', 'households_clean')
)
GROUP BY region, day, counter;
