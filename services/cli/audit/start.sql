-- What slices of households and of persons add to. A slice is some of them by their hash: what is done at once, and so
-- memory, does not grow with the log.

CREATE OR REPLACE TEMP TABLE claims (
    record BIGINT,
    person UHUGEINT,
    claimant UHUGEINT,
    began_at BIGINT,
    began_with UHUGEINT
);

CREATE OR REPLACE TEMP TABLE effective (person UHUGEINT, record BIGINT, began_at BIGINT, claimants BIGINT);

CREATE OR REPLACE TEMP TABLE counted (
    place BIGINT,
    day BIGINT,
    unit TINYINT,
    sex TINYINT,
    band INTEGER,
    relationship TINYINT,
    away BOOLEAN,
    education TINYINT,
    activity TINYINT,
    without_nik BOOLEAN,
    clean BOOLEAN,
    grade TINYINT,
    number BIGINT
);
