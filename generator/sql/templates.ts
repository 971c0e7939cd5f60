import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Handlebars from "handlebars";
import { commentText, quoteIdent, quoteJsonb, quoteLiteral, quoteTextArray, schemaExpression } from "./quote.ts";

/** The templates stand beside this file, in the source tree and in dist/. */
export const templateFolder = fileURLToPath(new URL("./", import.meta.url));

/**
 * What templates can call besides Handlebars' own.
 *
 * | in a template | in the migration |
 * |---|---|
 * | `{{literal spec.table}}` | `'event_transactions'`, `NULL` for null |
 * | `{{ident spec.table}}` | `"event_transactions"` |
 * | `{{jsonb spec}}` | `$json${…}$json$::jsonb` |
 * | `{{textArray spec.identity}}` | `ARRAY['id']::text[]` |
 * | `{{schemaExpr spec.schema}}` | `'billing'`, `current_schema()` for null |
 * | `{{comment qualified}}` | `billing.event_transactions`, on one line |
 * | `{{#if (has changes "premake")}}` | whether an object has a property |
 * | `{{#if (eq spec.scheduler "none")}}` | equality |
 */
const helpers = {
  literal: quoteLiteral,
  ident: quoteIdent,
  jsonb: quoteJsonb,
  textArray: quoteTextArray,
  schemaExpr: schemaExpression,
  comment: commentText,
  has: (object: object, property: string): boolean => Object.hasOwn(object, property),
  eq: (left: unknown, right: unknown): boolean => left === right,
};

const suffix = /(\.sql)?\.hbs$/;

export type Template = (context: object) => string;

/** Of {@link templateFolder}, by name. Compiling is what rendering costs: 500 setups took 1.0 s without this, and take 0.08 s. */
const compiled = new Map<string, Template>();

/** The template `<name>.sql.hbs` of a folder; one of the package's own is compiled once. */
export function loadTemplate(folder: string, name: string): Template {
  if (folder !== templateFolder) return compile(folder, name);
  const template = compiled.get(name) ?? compile(folder, name);
  compiled.set(name, template);
  return template;
}

/**
 * Compiles a template, with the files of its folder's `partials/` as partials under their names without `.sql.hbs`.
 * Nothing is HTML-escaped; a name that the context lacks throws instead of vanishing.
 */
function compile(folder: string, name: string): Template {
  const handlebars = Handlebars.create();
  for (const [helper, call] of Object.entries(helpers)) handlebars.registerHelper(helper, call);
  const options = { noEscape: true, strict: true };
  const partials = join(folder, "partials");
  for (const file of existsSync(partials) ? readdirSync(partials) : []) {
    if (!suffix.test(file)) continue;
    // Compiled here: a partial given as text would be compiled with its caller's options minus `strict`.
    handlebars.registerPartial(file.replace(suffix, ""), handlebars.compile(read(join(partials, file)), options));
  }
  return handlebars.compile(read(join(folder, `${name}.sql.hbs`)), options);
}

function read(file: string): string {
  return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
}
