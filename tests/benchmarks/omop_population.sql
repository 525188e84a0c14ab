-- A synthetic OMOP CDM 5.4 database. Before it runs, the tables `disease`, `condition_code`, `drug_code`, `procedure_code`,
-- `allergy_code`, `lab`, `lab_shift` and `lab_unit` have been filled from the project's knowledge.
--
-- Every draw is a hash of the person, the row and a number of its own, so that the same seed gives the same rows whatever
-- the number of threads or of people: person 17 is the same among a thousand as among a million.

-- A 32-bit integer hash with good avalanche ("lowbias32" of Chris Wellons, hash-prospector, public domain).
CREATE MACRO hashed_1(x) AS (xor(x, x >> 16::UBIGINT) * 2146121005::UBIGINT) & 4294967295::UBIGINT;
CREATE MACRO hashed_2(x) AS (xor(x, x >> 15::UBIGINT) * 2221713035::UBIGINT) & 4294967295::UBIGINT;
CREATE MACRO hashed_3(x) AS xor(x, x >> 16::UBIGINT);
CREATE MACRO draw(person, part, salt) AS hashed_3(hashed_2(hashed_1(
  (person::BIGINT * 40503 + part::BIGINT * 2654435 + (salt + getvariable('seed')::BIGINT * 7919) * 97654321)::UBIGINT & 4294967295::UBIGINT))) / 4294967296.0::DOUBLE;
-- Zipf's law: the first of n ranks is drawn most often, each later one in proportion to 1 / rank.
CREATE MACRO zipf(chance, n) AS CAST(floor(exp(chance * ln(n + 1))) AS INTEGER);
CREATE MACRO normal(a, b) AS sqrt(-2 * ln(a + 1e-10)) * cos(6.283185307179586 * b);

SET VARIABLE procedures = (SELECT count(*) FROM procedure_code);
SET VARIABLE allergies = (SELECT count(*) FROM allergy_code);

CREATE TEMP TABLE people AS
WITH numbered AS (
  SELECT p, draw(p, 0, 1) AS which, draw(p, 0, 2) AS sex, draw(p, 0, 3) AS a, draw(p, 0, 4) AS b, draw(p, 0, 5) AS span,
         draw(p, 0, 6) AS fate, draw(p, 0, 7) AS gone, draw(p, 0, 8) AS care, draw(p, 0, 9) AS general, draw(p, 0, 10) AS tested
  FROM range(1, getvariable('people') + 1) AS numbers(p)
),
placed AS (
  SELECT numbered.*, disease.*, greatest(disease.youngest, disease.age + disease.age_spread * normal(a, b)) AS age,
         -- One in six left the database earlier, one in twelve because they died.
         DATE '2025-12-31' - CAST(CASE WHEN fate < 0.16 THEN 20 + gone * 2500 ELSE gone * 60 END AS INTEGER) AS last_day
  FROM numbered JOIN disease ON which >= disease.from_share AND which < disease.to_share
)
SELECT p,
       -- Ids of 64 bits, some negative.
       CASE WHEN p % 97 = 0 THEN -p ELSE 5000000000 + p END AS person_id,
       rank AS disease_rank, disease_id, family,
       general < getvariable('general') AS without_calcinosis,
       CASE WHEN sex < women THEN 8532 WHEN sex < 0.995 THEN 8507 ELSE 0 END AS gender_concept_id,
       CAST(year(last_day) - least(age, 96) AS INTEGER) AS year_of_birth,
       greatest(last_day - CAST(200 + span * span * 5500 AS INTEGER), make_date(CAST(year(last_day) - least(age, 96) AS INTEGER) + 1, 1, 1)) AS first_day,
       last_day,
       fate < 0.08 AS dead,
       CASE WHEN care < 0.06 THEN 0 ELSE 1 + CAST(floor(9.5 * care * care) AS INTEGER) END AS courses,
       2 + CAST(floor(9 * tested * care) AS INTEGER) AS comorbidities,
       tested
FROM placed;

INSERT INTO person BY NAME
SELECT person_id, gender_concept_id, year_of_birth,
       CASE WHEN p % 11 > 0 THEN 1 + p % 12 END AS month_of_birth,
       CASE WHEN p % 11 > 0 THEN 1 + p % 28 END AS day_of_birth,
       0 AS race_concept_id, 0 AS ethnicity_concept_id,
       'S' || p AS person_source_value,
       CASE gender_concept_id WHEN 8532 THEN 'F' WHEN 8507 THEN 'M' ELSE 'U' END AS gender_source_value,
       0 AS gender_source_concept_id
FROM people;

INSERT INTO observation_period BY NAME
SELECT p AS observation_period_id, person_id, first_day AS observation_period_start_date,
       last_day AS observation_period_end_date, 44814724 AS period_type_concept_id
FROM people;

INSERT INTO death BY NAME
SELECT person_id, last_day AS death_date, CAST(0 AS INTEGER) AS death_type_concept_id FROM people WHERE dead;

-- Conditions: the calcinosis, the disease (both repeated by visit), and other diseases by Zipf's law.
INSERT INTO condition_occurrence BY NAME
WITH planned AS (
  SELECT p, person_id, first_day, last_day, CAST(unnest(range(comorbidities + 4)) AS INTEGER) AS part,
         without_calcinosis, disease_id FROM people
),
drawn AS (
  SELECT planned.*,
         CASE WHEN part >= 4 OR without_calcinosis AND (part < 2 OR draw(p, 0, 20) > 0.1) THEN 'other'
              WHEN part < 2 THEN 'calcinosis' ELSE coalesce(disease_id, 'other') END AS meaning,
         1 + CAST(floor(draw(p, part, 21) * draw(p, part, 22) * 3) AS INTEGER) AS visits,
         draw(p, part, 23) AS chance, draw(p, part, 24) AS variant, draw(p, part, 25) AS told,
         first_day + CAST(floor(draw(p, part, 26) * (last_day - first_day)) AS INTEGER) AS begun
  FROM planned
),
coded AS (
  SELECT drawn.*, condition_code.*
  FROM drawn
  JOIN condition_list ON condition_list.list = drawn.meaning
  JOIN condition_code ON condition_code.list = drawn.meaning AND condition_code.rank = zipf(chance, condition_list.size)
   AND condition_code.variant = CAST(floor(drawn.variant * condition_code.variants) AS INTEGER)
  WHERE part < 4 OR told > 0.02
),
visited AS (SELECT *, CAST(unnest(range(visits)) AS INTEGER) AS visit FROM coded)
SELECT p * 256 + part * 4 + visit AS condition_occurrence_id, person_id,
       CASE WHEN told < 0.05 THEN 0 ELSE concept_id END AS condition_concept_id,
       least(begun + visit * 90, last_day) AS condition_start_date,
       CASE WHEN part >= 4 AND told > 0.7 THEN least(begun + visit * 90 + CAST(told * 60 AS INTEGER), last_day) END AS condition_end_date,
       38000175 AS condition_type_concept_id,
       source_value AS condition_source_value,
       CASE WHEN told < 0.05 THEN 0 ELSE source_concept_id END AS condition_source_concept_id
FROM visited;

-- Medicines: a few courses a person, each a chain of prescriptions; some have a break, some are repeated on the same day,
-- some last one day because the end was not recorded and was imputed, or contradict their supply.
INSERT INTO drug_exposure BY NAME
WITH courses AS (
  SELECT p, person_id, family, first_day, last_day, CAST(unnest(range(courses)) AS INTEGER) AS course FROM people WHERE courses > 0
),
planned AS (
  SELECT courses.*, draw(p, course, 41) AS chance, draw(p, course, 42) AS variant, draw(p, course, 43) AS told,
         list_extract([7, 10, 14, 28, 30, 30, 30, 30, 60, 90, 90, 180, 371], 1 + CAST(floor(draw(p, course, 44) * 13) AS INTEGER)) AS supply,
         1 + CAST(floor(-5.5 * ln(draw(p, course, 45) + 0.004)) AS INTEGER) AS fills,
         CAST(floor(draw(p, course, 46) * 12) AS INTEGER) AS gap,
         draw(p, course, 47) AS placed, draw(p, course, 48) < 0.4 AS is_active, draw(p, course, 49) AS broken
  FROM courses
),
fitted AS (
  SELECT planned.*, greatest(1, least(fills, CAST(floor((last_day - first_day) / (supply + gap)) AS INTEGER), 31)) AS filled FROM planned
),
coded AS (
  SELECT fitted.*, drug_code.* EXCLUDE (variant),
         CASE WHEN is_active THEN last_day - filled * (supply + gap) + CAST(floor(placed * supply) AS INTEGER)
              ELSE first_day + CAST(floor(placed * greatest(0, (last_day - first_day) - filled * (supply + gap))) AS INTEGER) END AS begun
  FROM fitted
  JOIN drug_list ON drug_list.list = fitted.family
  JOIN drug_code ON drug_code.list = fitted.family AND drug_code.rank = zipf(chance, drug_list.size)
   AND drug_code.variant = CAST(floor(fitted.variant * drug_code.variants) AS INTEGER)
),
fill AS (SELECT *, CAST(unnest(range(filled)) AS INTEGER) AS n FROM coded),
dated AS (
  SELECT *, greatest(first_day, begun + n * (supply + gap) + CASE WHEN broken < 0.15 AND n > filled / 2 THEN 120 ELSE 0 END) AS day,
         draw(p, course * 64 + n, 50) AS luck
  FROM fill
),
kept AS (SELECT * FROM dated WHERE day <= last_day),
rows AS (SELECT *, unnest(CASE WHEN luck > 0.97 THEN [0, 1] ELSE [0] END) AS copy FROM kept)
SELECT p * 1024 + course * 64 + n * 2 + copy AS drug_exposure_id, person_id,
       CASE WHEN told < 0.04 THEN 0 ELSE concept_id END AS drug_concept_id,
       day AS drug_exposure_start_date,
       CASE WHEN luck < 0.08 THEN day ELSE day + supply - 1 END AS drug_exposure_end_date,
       32869 AS drug_type_concept_id,
       0 AS refills,
       CAST(supply AS DECIMAL(18, 3)) AS quantity,
       CASE WHEN luck < 0.04 THEN NULL ELSE supply END AS days_supply,
       CASE WHEN told < 0.02 THEN 'LOCAL-' || rank ELSE source_value END AS drug_source_value,
       CASE WHEN told < 0.04 THEN 0 ELSE concept_id END AS drug_source_concept_id,
       0 AS route_concept_id
FROM rows;

-- Laboratory results: a person's own level and scatter around it, in the unit and spelling of the person's laboratory.
INSERT INTO measurement BY NAME
WITH planned AS (
  SELECT p, person_id, first_day, last_day, tested, lab.*, coalesce(lab_shift.factor, 1) AS factor,
         draw(p, lab.number, 61) AS done, draw(p, lab.number, 62) AS often,
         normal(draw(p, lab.number, 63), draw(p, lab.number, 64)) AS level, draw(p, lab.number, 65) AS laboratory
  FROM people CROSS JOIN lab LEFT JOIN lab_shift ON lab_shift.lab = lab.id AND lab_shift.family = people.family
),
repeated AS (
  SELECT *, CAST(unnest(range(1 + CAST(floor(-2.4 * tested * ln(often + 0.001)) AS INTEGER))) AS INTEGER) AS n
  FROM planned WHERE done < common * tested * 1.6
),
measured AS (
  SELECT repeated.*, lab_unit.unit, lab_unit.unit_concept_id, lab_unit.times, lab_unit.decimals, lab_unit.concept_id, lab_unit.loinc,
         normal(draw(p, number * 64 + n, 66), draw(p, number * 64 + n, 67)) AS scatter,
         draw(p, number * 64 + n, 68) AS luck,
         first_day + CAST(floor((1 - draw(p, number * 64 + n, 69) * draw(p, number * 64 + n, 70)) * (last_day - first_day)) AS INTEGER) AS day
  FROM repeated
  JOIN lab_unit ON lab_unit.lab = repeated.id AND lab_unit.variant = CAST(floor(laboratory * repeated.variants) AS INTEGER)
),
valued AS (
  SELECT *, round(least(greatest(CASE WHEN skewed THEN typical * factor * exp(spread * (0.8 * level + 0.6 * scatter))
                            ELSE typical * factor + spread * (0.8 * level + 0.6 * scatter) END, lowest), highest) * times, decimals) AS number_value
  FROM measured
)
SELECT p * 4096 + number * 64 + n AS measurement_id, person_id,
       CASE WHEN luck < 0.02 THEN 0 ELSE concept_id END AS measurement_concept_id,
       day AS measurement_date,
       38000267 AS measurement_type_concept_id, 0 AS operator_concept_id,
       CASE WHEN finding IS NULL AND luck < 0.985 THEN CAST(number_value AS DECIMAL(18, 3)) END AS value_as_number,
       0 AS value_as_concept_id,
       CASE WHEN luck BETWEEN 0.5 AND 0.53 THEN 0 ELSE unit_concept_id END AS unit_concept_id,
       loinc AS measurement_source_value,
       concept_id AS measurement_source_concept_id,
       CASE WHEN luck BETWEEN 0.53 AND 0.56 THEN NULL ELSE unit END AS unit_source_value,
       CASE WHEN finding IS NOT NULL THEN CASE WHEN level > positive_from THEN finding ELSE otherwise END
            WHEN luck < 0.985 THEN CAST(number_value AS VARCHAR) ELSE 'not done' END AS value_source_value
FROM valued;

INSERT INTO procedure_occurrence BY NAME
SELECT p AS procedure_occurrence_id, person_id, concept_id AS procedure_concept_id,
       first_day + CAST(floor(draw(p, 0, 82) * (last_day - first_day)) AS INTEGER) AS procedure_date,
       38000267 AS procedure_type_concept_id, source_value AS procedure_source_value, source_concept_id AS procedure_source_concept_id
FROM people JOIN procedure_code ON procedure_code.rank = zipf(draw(p, 0, 81), getvariable('procedures'))
WHERE NOT without_calcinosis AND draw(p, 0, 80) < 0.15;

INSERT INTO observation BY NAME
SELECT p AS observation_id, person_id, concept_id AS observation_concept_id, first_day AS observation_date,
       38000280 AS observation_type_concept_id, source_value AS observation_source_value, concept_id AS observation_source_concept_id
FROM people JOIN allergy_code ON allergy_code.rank = zipf(draw(p, 0, 91), getvariable('allergies'))
WHERE draw(p, 0, 90) < 0.2;

INSERT INTO concept BY NAME
SELECT *, DATE '1970-01-01' AS valid_start_date, DATE '2099-12-31' AS valid_end_date FROM vocabulary_concept ORDER BY concept_id;

INSERT INTO concept_ancestor BY NAME
SELECT *, CAST(ancestor_concept_id <> descendant_concept_id AS INTEGER) AS min_levels_of_separation,
       CAST(ancestor_concept_id <> descendant_concept_id AS INTEGER) AS max_levels_of_separation FROM ancestor;

INSERT INTO concept_relationship BY NAME
SELECT *, 'Maps to' AS relationship_id, DATE '1970-01-01' AS valid_start_date, DATE '2099-12-31' AS valid_end_date FROM maps_to;

INSERT INTO cdm_source BY NAME
SELECT 'Synthetic people with calcinosis' AS cdm_source_name, 'synthetic' AS cdm_source_abbreviation, 'none' AS cdm_holder,
       'Made by a script; nobody is described.' AS source_description,
       DATE '2025-12-31' AS source_release_date, DATE '2025-12-31' AS cdm_release_date, '5.4' AS cdm_version,
       756265 AS cdm_version_concept_id, 'concepts read in public sources' AS vocabulary_version;
