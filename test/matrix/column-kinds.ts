/** Every kind of column: its type, the value of row number `n`, and optionally another value that looks much like it. */
export interface ColumnKind {
  readonly type: string;
  /** None for a column that fills itself. */
  readonly value?: string;
  /** What an UPDATE sets it to; by default the value for another `n`. */
  readonly change?: string;
  /** The extension it needs. */
  readonly extension?: string;
  /** Least major version. */
  readonly since?: number;
}

/** Types and functions that the kinds use. */
export const kindsDdl = `
  CREATE TYPE app.mood AS ENUM ('ok', 'so so', 'Größe "x"');
  CREATE DOMAIN app.percent AS numeric(5, 2) CHECK (VALUE >= 0 AND VALUE <= 100);
  CREATE DOMAIN app.tags AS text[] NOT NULL DEFAULT '{}' CHECK (array_length(VALUE, 1) < 9 OR VALUE = '{}');
  CREATE TYPE app.pair AS (a integer, b text);
  CREATE TYPE app."Odd Type" AS ENUM ('%s', '\\');
  CREATE FUNCTION app.stamp() RETURNS text LANGUAGE sql AS $$ SELECT 'stamped' $$;`;

/** The kinds that a server has. */
export function columnKinds(major: number, extensions: ReadonlySet<string>): Record<string, ColumnKind> {
  return Object.fromEntries(
    Object.entries(all).filter(
      ([, kind]) => major >= (kind.since ?? 0) && (kind.extension === undefined || extensions.has(kind.extension)),
    ),
  );
}

const words =
  "(ARRAY['', ' ', 'null', '\\', 'a\"b', 'it''s', E'tab\\tline\\n', 'ß → 🦣', repeat('x', 3000)])[1 + n % 9]";

const all: Record<string, ColumnKind> = {
  smallint: { type: "smallint", value: "n % 32767" },
  integer: { type: "integer", value: "n" },
  bigint: { type: "bigint", value: "9223372036854775807 - n" },
  "numeric(12, 2)": { type: "numeric(12, 2)", value: "n / 7.0" },
  numeric: {
    type: "numeric",
    value: "CASE n % 4 WHEN 0 THEN 'NaN' WHEN 1 THEN 1.0 WHEN 2 THEN 'infinity' ELSE n / 3.0 END",
    change: "CASE WHEN {c}::text = '1.0' THEN 1.00 ELSE 1.0 END",
  },
  real: { type: "real", value: "(ARRAY['NaN', '-0', '1e-45', '3.4e38', '-infinity'])[1 + n % 5]::real" },
  "double precision": {
    type: "double precision",
    value: "(ARRAY['NaN', '-0', '0.30000000000000004', '1e308'])[1 + n % 4]::float8",
    change: "CASE WHEN {c}::text = '-0' THEN 0 ELSE '-0'::float8 END",
  },
  money: { type: "money", value: "n::money" },
  boolean: { type: "boolean NOT NULL DEFAULT true", value: "n % 3 = 0" },
  text: { type: "text", value: words },
  "varchar(3000)": { type: "varchar(3000)", value: words },
  "char(10)": { type: "char(10)", value: "n::text", change: "rpad(n::text, 3)" },
  "text with a collation": { type: 'text COLLATE "und-x-icu"', value: words },
  name: { type: "name", value: "'name ' || n" },
  '"char"': { type: '"char"', value: 'chr((1 + n % 126)::integer)::"char"' },
  citext: {
    type: "public.citext",
    value: "'A' || n % 9",
    change: "upper('a' || n % 9)::public.citext",
    extension: "citext",
  },
  bytea: { type: "bytea", value: "decode(md5(n::text) || '005c00', 'hex')" },
  "bit(9)": { type: "bit(9)", value: "(n % 512)::bit(9)" },
  "bit varying": { type: "bit varying", value: "(n % 512)::bit(9)::bit varying" },
  uuid: { type: "uuid DEFAULT gen_random_uuid()", value: "md5(n::text)::uuid" },
  date: { type: "date", value: "(ARRAY['infinity', '0044-03-15 BC', '5874897-12-31', '1970-01-01'])[1 + n % 4]::date" },
  timestamp: {
    type: "timestamp",
    value:
      "(ARRAY['-infinity', '4713-01-02 BC', '294276-12-31 23:59:59.999999', '2026-03-08 02:30'])[1 + n % 4]::timestamp",
  },
  "timestamptz(0)": {
    type: "timestamptz(0) DEFAULT now()",
    value:
      "(ARRAY['infinity', '0001-12-31 BC', '294276-12-31', '2025-11-02 01:30-04', '2025-11-02 01:30-05'])[1 + n % 5]::timestamptz",
  },
  "time, timetz": { type: "timetz(3)", value: "(ARRAY['24:00:00+14', '00:00-12', '23:59:60+00'])[1 + n % 3]::timetz" },
  interval: {
    type: "interval",
    value: "'1 mon'::interval * n",
    change: "CASE WHEN {c} = '30 days' THEN interval '1 mon' ELSE '30 days' END",
  },
  json: { type: "json", value: `'{"a": 1,  "a":2}'::json`, change: `'{"a":2}'::json` },
  jsonb: {
    type: "jsonb DEFAULT '{}'",
    value: "jsonb_build_object('n', n, 'x', NULL, 'f', 1.0)",
    change: "jsonb_build_object('f', 1.00)",
  },
  jsonpath: { type: "jsonpath", value: "'$.a[*] ? (@ > 1)'::jsonpath" },
  xml: { type: "xml", value: "xmlparse(CONTENT '<a n=\"' || n || '\"/>')", extension: "xml" },
  hstore: { type: "public.hstore", value: "public.hstore('n', n::text)", extension: "hstore" },
  enum: { type: "app.mood DEFAULT 'ok'", value: "(enum_range(NULL::app.mood))[1 + n % 3]" },
  "enum with an odd name": {
    type: "app.\"Odd Type\" NOT NULL DEFAULT '%s'",
    value: '(enum_range(NULL::app."Odd Type"))[1 + n % 2]',
  },
  "array of an enum": { type: "app.mood[]", value: "ARRAY[NULL, 'so so']::app.mood[]" },
  domain: { type: "app.percent", value: "n % 100" },
  "domain over an array, with a default": { type: "app.tags", value: "ARRAY['a', n::text]" },
  "composite type": { type: "app.pair", value: "ROW(n, 'x,\"y')::app.pair", change: "ROW(NULL, NULL)::app.pair" },
  "array of a composite type": { type: "app.pair[]", value: "ARRAY[ROW(n, NULL)::app.pair, NULL]" },
  "array of arrays": {
    type: "text[][]",
    value: "ARRAY[['a', NULL], ['{}', n::text]]",
    change: "'[0:1]={NULL,b}'::text[]",
  },
  "array of integers": { type: "integer[] NOT NULL DEFAULT '{}'", value: "ARRAY[n, NULL]" },
  range: { type: "tstzrange", value: "tstzrange(NULL, timestamptz '2026-01-01' + n * interval '1 h', '(]')" },
  "range of integers": { type: "int8range", value: "int8range(n, n + 5, '[]')", change: "'empty'::int8range" },
  multirange: {
    type: "datemultirange",
    value: "datemultirange(daterange('2026-01-01', NULL), daterange('2001-01-01', '2001-02-01'))",
  },
  inet: { type: "inet", value: "'10.0.0.1/8'::inet + n" },
  "cidr, macaddr": { type: "macaddr8", value: "'08:00:2b:01:02:03:04:05'::macaddr8" },
  point: { type: "point", value: "point(n, -0.0)" },
  polygon: { type: "polygon", value: "polygon(box(point(0, 0), point(n, 1)))" },
  "path, circle": { type: "circle", value: "circle(point(n, 1), n)" },
  tsvector: { type: "tsvector", value: "to_tsvector('simple', 'a b ' || n)" },
  tsquery: { type: "tsquery", value: "'a & !b'::tsquery" },
  "pg_lsn, xid8": { type: "xid8", value: "n::text::xid8" },
  regclass: { type: "regclass", value: "'pg_class'::regclass" },
  "filled by a function": { type: "text DEFAULT app.stamp()" },
  serial: { type: "serial" },
  "identity, by default": { type: "smallint GENERATED BY DEFAULT AS IDENTITY (CYCLE)" },
  "generated, stored": { type: "bigint GENERATED ALWAYS AS ({a} * 2) STORED" },
  "generated, virtual": { type: "text GENERATED ALWAYS AS (upper({b})) VIRTUAL", since: 18 },
};
