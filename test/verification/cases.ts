/** Differences that equality, a rounded output or a lenient hash would miss, one column each. */
export interface Case {
  readonly column: string;
  readonly type: string;
  /** SQL literals of what the application wrote and of what the other table holds instead. */
  readonly good: string;
  readonly bad: string;
  /** Columns that follow it. */
  readonly also?: readonly string[];
}

/** What the types and collations of the cases need. */
export const TYPES = `
  CREATE EXTENSION citext;
  CREATE EXTENSION hstore;
  CREATE COLLATION app.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TYPE app.mood AS ENUM ('good', 'bad');
  CREATE TYPE app.pair AS (x float8, y numeric);
  CREATE DOMAIN app.share AS numeric CHECK (VALUE >= 0);`;

export const CASES: readonly Case[] = [
  { column: "c_int", type: "int", good: "1", bad: "-1" },
  { column: "c_null", type: "int", good: "0", bad: "NULL" },
  { column: "c_text", type: "text", good: "'a'", bad: "'b'", also: ["c_generated"] },
  { column: "c_empty", type: "text", good: "''", bad: "NULL" },
  { column: "c_blank", type: "text", good: "'a'", bad: "'a '" },
  { column: "c_varchar", type: "varchar(10)", good: "'a'", bad: "'a '" },
  { column: "c_bpchar", type: "bpchar", good: "'a'", bad: "'a '" },
  { column: "c_char", type: "char(4)", good: "'a'", bad: "'b'" },
  { column: "c_citext", type: "citext", good: "'A'", bad: "'a'" },
  { column: "c_caseless", type: "text COLLATE app.caseless", good: "'A'", bad: "'a'" },
  // bigint's own hash folds its halves together: these two are one to it.
  { column: "c_bigint", type: "bigint", good: "4294967296", bad: "1" },
  {
    column: "c_fold",
    type: "timestamptz",
    good: "'2000-01-01 01:11:34.967296+00'",
    bad: "'2000-01-01 00:00:00.000001+00'",
  },
  { column: "c_scale", type: "numeric", good: "1.0", bad: "1.00" },
  { column: "c_nan", type: "numeric", good: "'NaN'", bad: "NULL" },
  { column: "c_domain", type: "app.share", good: "1.0", bad: "1.00" },
  { column: "c_zero", type: "float8", good: "0.0", bad: "'-0.0'" },
  { column: "c_digit", type: "float8", good: "0.1", bad: "'0.10000000000000002'" },
  { column: "c_real", type: "float4", good: "'NaN'", bad: "0" },
  { column: "c_last", type: "float4", good: "0.1", bad: "'0.10000001'" },
  { column: "c_money", type: "money", good: "'1.00'", bad: "'1.01'" },
  { column: "c_infinity", type: "timestamptz", good: "'infinity'", bad: "'294276-12-31 23:59:59.999999+00'" },
  { column: "c_micro", type: "timestamp", good: "'2024-01-01'", bad: "'2024-01-01 00:00:00.000001'" },
  { column: "c_date", type: "date", good: "'infinity'", bad: "'5874897-12-31'" },
  { column: "c_zone", type: "timetz", good: "'12:00+00'", bad: "'13:00+01'" },
  { column: "c_day", type: "interval", good: "'1 day'", bad: "'24 hours'" },
  { column: "c_month", type: "interval", good: "'1 month'", bad: "'30 days'" },
  { column: "c_order", type: "json", good: `'{"a":1,"b":2}'`, bad: `'{"b":2,"a":1}'` },
  { column: "c_space", type: "json", good: `'{"a":1}'`, bad: `'{"a": 1}'` },
  { column: "c_jsonb", type: "jsonb", good: `'{"a":1.0}'`, bad: `'{"a":1.00}'` },
  { column: "c_jsonnull", type: "jsonb", good: "'null'", bad: "NULL" },
  { column: "c_xml", type: "xml", good: "'<a/>'", bad: "'<a></a>'" },
  { column: "c_lower", type: "int[]", good: "'{1,2}'", bad: "'[0:1]={1,2}'" },
  { column: "c_floats", type: "float8[]", good: "'{0.1}'", bad: "'{0.10000000000000002}'" },
  { column: "c_moneys", type: "money[]", good: "'{1.00}'", bad: "'{1.01}'" },
  { column: "c_intervals", type: "interval[]", good: "'{1 day}'", bad: "'{24:00:00}'" },
  { column: "c_nested", type: "text[]", good: "'{a,NULL}'", bad: `'{a,"NULL"}'` },
  { column: "c_pair", type: "app.pair", good: "'(0.1,1.0)'", bad: "'(0.10000000000000002,1.0)'" },
  { column: "c_range", type: "numrange", good: "'[1.0,2)'", bad: "'[1.00,2)'" },
  { column: "c_bytea", type: "bytea", good: "'\\x00'", bad: "'\\x01'" },
  { column: "c_bool", type: "boolean", good: "true", bad: "false" },
  {
    column: "c_uuid",
    type: "uuid",
    good: "'00000000-0000-0000-0000-000000000001'",
    bad: "'00000000-0000-0000-0000-000000000002'",
  },
  { column: "c_enum", type: "app.mood", good: "'good'", bad: "'bad'" },
  { column: "c_inet", type: "inet", good: "'10.0.0.1'", bad: "'10.0.0.1/24'" },
  { column: "c_bits", type: "varbit", good: "B'1'", bad: "B'10'" },
  { column: "c_hstore", type: "hstore", good: `'a=>NULL'`, bad: `'a=>""'` },
];

/** Settings of a session that would round, reformat or misread values. */
export const HOSTILE_SETTINGS = [
  "extra_float_digits=-15",
  "bytea_output=escape",
  "datestyle=German",
  "intervalstyle=sql_standard",
  "timezone=Asia/Kathmandu",
  "xmloption=document",
  "xmlbinary=hex",
  "quote_all_identifiers=on",
  "standard_conforming_strings=off",
  "escape_string_warning=off",
  "transform_null_equals=on",
  "default_transaction_isolation=serializable",
  "default_transaction_read_only=on",
  "search_path=app,app_partitioned",
  "array_nulls=off",
];
