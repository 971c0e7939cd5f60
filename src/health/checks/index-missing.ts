import type { Row } from "../../columns.ts";
import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";
import { few, plural } from "../words.ts";

/**
 * Each index of the partitioned table beside each partition, once indexes have been built: the partition's share of it
 * (`attached`), else one of its own that is the same and could be attached (`candidate`).
 */
export const indexes = tableQuery({
  columns: {
    index: "text",
    indexName: "text",
    setAside: "text",
    setAsideName: "text",
    parent: "text",
    valid: "boolean",
    partition: "text",
    attached: "text?",
    attachedValid: "boolean?",
    candidate: "text?",
    name: "text",
    newIndex: "text",
    definition: "text",
    columnList: "text",
    isUnique: "boolean",
    contype: "text?",
  },
  sql: `
  WITH t AS (
    SELECT x.* FROM prisma_partition.tables x WHERE x.id = $1::integer AND (x.stage <> 'setup' OR x.step = 'drain')
  ), parent AS MATERIALIZED (
    SELECT x.indexrelid, x.indisvalid, x.indisunique, k.contype, c.relname, n.nspname,
      format('%I.%I', n.nspname, r.relname) AS parent, format('%I.%I', n.nspname, c.relname) AS name,
      prisma_partition.index_definition(x.indexrelid) AS definition,
      regexp_replace(pg_get_constraintdef(k.oid), '^(PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)?( \\(.*\\)).*$', '\\2\\3') AS column_list
    FROM t JOIN pg_index x ON x.indrelid = t.partitioned JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class r ON r.oid = x.indrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u')
  )
  SELECT p.name AS index, quote_ident(p.relname) AS index_name, p.parent, p.indisvalid AS valid,
    format('%I.%I', p.nspname, prisma_partition.leaf_name(p.relname::text, '_invalid')) AS set_aside,
    quote_ident(prisma_partition.leaf_name(p.relname::text, '_invalid')) AS set_aside_name, format('%I.%I', n.nspname, l.relname) AS partition, a.name AS attached, a.indisvalid AS attached_valid,
    (SELECT format('%I.%I', cn.nspname, cc.relname) FROM pg_index y JOIN pg_class cc ON cc.oid = y.indexrelid JOIN pg_namespace cn ON cn.oid = cc.relnamespace
      WHERE a.name IS NULL AND y.indrelid = l.oid AND y.indisvalid AND y.indisunique = p.indisunique
        AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = y.indexrelid)
        AND (p.contype IS NULL OR EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = y.indexrelid AND k.contype = p.contype))
        AND prisma_partition.index_definition(y.indexrelid) = p.definition ORDER BY y.indexrelid LIMIT 1) AS candidate,
    quote_ident(s.name) AS name, format('%I.%I', n.nspname, s.name) AS new_index, p.definition, coalesce(p.column_list, '') AS column_list,
    p.indisunique AS is_unique, p.contype
  FROM t CROSS JOIN parent p JOIN pg_inherits h ON h.inhparent = t.partitioned JOIN pg_class l ON l.oid = h.inhrelid JOIN pg_namespace n ON n.oid = l.relnamespace
  CROSS JOIN LATERAL ( -- the first that is free
    SELECT x.name FROM generate_series(1, 9) number
    CROSS JOIN LATERAL (SELECT prisma_partition.leaf_name(l.relname::text, '_' || left(md5(p.relname || number), 6) || '_idx') AS name) x
    WHERE NOT EXISTS (SELECT FROM pg_class taken WHERE taken.relnamespace = n.oid AND taken.relname = x.name) ORDER BY number LIMIT 1
  ) s
  LEFT JOIN LATERAL (
    SELECT y.indisvalid, format('%I.%I', cn.nspname, cc.relname) AS name FROM pg_inherits i JOIN pg_index y ON y.indexrelid = i.inhrelid
    JOIN pg_class cc ON cc.oid = y.indexrelid JOIN pg_namespace cn ON cn.oid = cc.relnamespace WHERE i.inhparent = p.indexrelid AND y.indrelid = l.oid
  ) a ON true
  ORDER BY p.name, l.relname`,
});

export const indexMissing = tableCheck({
  code: "index-missing",
  severity: "error",
  title: "a partition lacks an index of the table",
  why: "Queries scan that partition as a whole, and a unique does not hold in it; the table's own index stays invalid until every partition has its share.",
  reads: "catalogs",
  query: indexes,
  find: (rows) =>
    [...new Set(rows.map(({ index }) => index))].flatMap((index) => {
      const missing = rows.filter((row) => row.index === index && row.attached === null);
      if (missing.length === 0) return [];
      const statements = missing.flatMap((row) =>
        row.candidate === null ? buildShare(row) : [attach(row, row.candidate)],
      );
      return [
        {
          subject: index,
          what: `${plural(missing.length, "partition")} without index ${index}: ${few(missing.map(({ partition }) => partition))}.`,
          ...sql(...statements),
        },
      ];
    }),
});

type IndexRow = Row<typeof indexes.columns>;

function attach({ index }: IndexRow, share: string): string {
  return `ALTER INDEX ${index} ATTACH PARTITION ${share}`;
}

/** A partition's share of an index, built beside its writers. */
export function buildShare(row: IndexRow): string[] {
  if (row.contype === null) {
    const unique = row.isUnique ? "UNIQUE " : "";
    return [
      `CREATE ${unique}INDEX CONCURRENTLY ${row.name} ON ${row.partition} ${row.definition}`,
      attach(row, row.newIndex),
    ];
  }
  const kind = row.contype === "p" ? "PRIMARY KEY" : "UNIQUE";
  return [
    `CREATE UNIQUE INDEX CONCURRENTLY ${row.name} ON ${row.partition}${afterColumns(row.columnList)}`,
    `ALTER TABLE ${row.partition} ADD CONSTRAINT ${row.name} ${kind} USING INDEX ${row.name}`,
    attach(row, row.newIndex),
  ];
}

/** NULLS NOT DISTINCT comes before the columns of a constraint and after those of an index. */
function afterColumns(columnList: string): string {
  return columnList.replace(/^( NULLS NOT DISTINCT)( .*)$/, "$2$1");
}
