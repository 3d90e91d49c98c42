-- Who is on which roster, and what that makes of agencies.

-- An agency's last word on a person holds, from the day on which it was first said without a break.
CREATE OR REPLACE TEMP TABLE enrolled AS
SELECT agency, person, staff, received_at
FROM (
    SELECT *
    FROM rosters
    QUALIFY staff IS DISTINCT FROM lag(staff) OVER (PARTITION BY agency, person ORDER BY record, place)
)
QUALIFY row_number() OVER (PARTITION BY agency, person ORDER BY record DESC, place DESC) = 1;

CREATE OR REPLACE TEMP TABLE agency_cells AS
SELECT agency, day, unnest([counter, counter || CASE staff WHEN 1 THEN '_asn' ELSE '_non_asn' END]) AS counter, 1 AS number
FROM (
    SELECT agency, staff, (received_at // 1000000 + 25200) // 86400 AS day, 'members' AS counter
    FROM enrolled
    WHERE staff <> 0
    UNION ALL
    SELECT n.agency, n.staff, (e.began_at // 1000000 + 25200) // 86400, unnest(['responded', CASE WHEN f.clean THEN 'clean' END])
    FROM enrolled AS n
    JOIN effective AS e ON e.person = n.person
    JOIN facts AS f ON f.record = e.record AND f.person = e.person AND f.leads
    WHERE n.staff <> 0
)
WHERE counter IS NOT NULL;
