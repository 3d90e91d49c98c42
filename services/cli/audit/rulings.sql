-- An operator's last word on a person holds while the claims are those that it saw.
CREATE OR REPLACE TEMP TABLE holding AS
SELECT last.person, last.claimant
FROM (
    SELECT *
    FROM rulings
    QUALIFY row_number() OVER (PARTITION BY person ORDER BY record DESC) = 1
) AS last
WHERE last.counts
    AND (SELECT count(*) FROM claims AS c WHERE c.person = last.person)
        = (SELECT count(*) FROM seen AS s WHERE s.record = last.record)
    AND NOT EXISTS (
        FROM seen AS s
        ANTI JOIN claims AS c
            ON c.person = last.person
            AND c.claimant = s.claimant
            AND c.began_at = s.received_at
            AND c.began_with = s.submission
        WHERE s.record = last.record
    );
