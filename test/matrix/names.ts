/** How things are called. Each is one value of the matrix's dimension `names`: base name in, identifier out. */

const reserved: Record<string, string> = { t: "order", id: "select", at: "user", tenant: "table", a: "from", b: "end" };
const clash: Record<string, string> = { t: "tables", id: "p_limit", at: "v_taken", tenant: "v_pairs", a: "s", b: "d" };
/** Those of `column 0` and so on. */
const aliases = ["p", "l", "e", "x", "excluded", "taken", "bucket", "total", "hash", "bounds", "p_replace", "v_whole"];

export const names: Readonly<Record<string, (base: string) => string>> = {
  plain: (base) => base,
  "mixed case, unicode": (base) => `My${base.toUpperCase()}${base} größe 日本 🦣`,
  reserved: (base) => reserved[base] ?? `${base} where`,
  "63 bytes": (base) => fill(base, "é"),
  "dots, spaces, quotes": (base) => ` ${base}.of. "the" ""s it's `,
  percent: (base) => `${base}%s %I %1$L 100%`,
  "backslashes and dollars": (base) => `${base}\\d \\1 $1 $$ $fn$ $body$ $sql$`,
  "those of the package's own SQL": (base) => clash[base] ?? aliases[Number(/^c(\d+)$/.exec(base)?.[1])] ?? `${base}_`,
};

/** Schemas; `null` is the connection's own. */
export const schemas: Readonly<Record<string, string | null>> = {
  app: "app",
  "none stated": null,
  "mixed case, with a dot": "My.App",
  "quotes and percents": `it's "100%" %I`,
  "51 bytes, backslashes and dollars": fill("s\\ $fn$ $$", "ß", 51),
};

function fill(base: string, letter: string, bytes = 63): string {
  let name = base;
  while (Buffer.byteLength(name + letter) <= bytes) name += letter;
  return name.padEnd(name.length + bytes - Buffer.byteLength(name), "x");
}
