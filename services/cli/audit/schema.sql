-- Rows as the readers pack them. Keys are sixteen bytes, here a number in the same order.

CREATE TABLE forms (
    record BIGINT,
    household UHUGEINT,
    lineage UHUGEINT,
    claimant UHUGEINT,
    revision BIGINT,
    received_at BIGINT,
    submission UHUGEINT,
    withdraws BOOLEAN
);

CREATE TABLE facts (
    record BIGINT,
    person UHUGEINT,
    leads BOOLEAN,
    unit TINYINT,
    place BIGINT,
    sex TINYINT,
    birth INTEGER,
    relationship TINYINT,
    away BOOLEAN,
    education TINYINT,
    activity TINYINT,
    without_nik BOOLEAN,
    clean BOOLEAN,
    grade TINYINT
);

CREATE TABLE rosters (
    record BIGINT,
    place INTEGER,
    agency VARCHAR,
    person UHUGEINT,
    staff TINYINT,
    received_at BIGINT
);

CREATE TABLE rulings (record BIGINT, person UHUGEINT, counts BOOLEAN, claimant UHUGEINT);

CREATE TABLE seen (record BIGINT, claimant UHUGEINT, received_at BIGINT, submission UHUGEINT);

CREATE MACRO key(high, low) AS high::UHUGEINT * 18446744073709551616::UHUGEINT + low::UHUGEINT;

CREATE TABLE live_cells (region BIGINT, day INTEGER, counter VARCHAR, number BIGINT);
