import type { GeneratorOptions } from "@prisma/generator-helper";
import type { Model } from "./model.ts";
import { readFields } from "./read-fields.ts";
import { readIncoming } from "./read-incoming.ts";
import { readKeys } from "./read-keys.ts";
import { readOneToOnes } from "./read-one-to-ones.ts";
import { readSchemaFiles } from "./read-schema-files.ts";
import { type Block, readSchemaText, type SchemaText } from "./text/schema-text.ts";

/** Everything the later steps need to know of a Prisma schema. */
export interface Schema {
  /** The files as they are on disk, sorted by path. */
  readonly texts: readonly SchemaText[];
  /** Models and views that Prisma Client knows, sorted by name. `@@ignore` ones are in `texts` only. */
  readonly models: readonly Model[];
  /** `postgresql`, `cockroachdb`, `mysql`, … */
  readonly provider: string;
}

/**
 * Reads what Prisma handed to the generator, and the schema files it came from, which alone know where things stand.
 *
 * @throws Error when the files are not those that Prisma read.
 */
export function readSchema(options: GeneratorOptions): Schema {
  const texts = readSchemaFiles(options.schemaPath).map(readSchemaText);
  const blocks = texts.flatMap((text) => text.blocks);
  const { models, indexes } = options.dmmf.datamodel;
  const incoming = readIncoming(models, blocks);
  const read = models.map((model): Model => {
    const block = findBlock(blocks, model.name, options.schemaPath);
    const table = model.dbName ?? model.name;
    const fields = readFields(model, block);
    return {
      name: model.name,
      schema: model.schema ?? null,
      table,
      isView: block.keyword === "view",
      fields,
      ...readKeys(
        indexes.filter((index) => index.model === model.name),
        block,
        table,
        fields,
      ),
      incoming: incoming.get(model.name) ?? [],
      oneToOnes: readOneToOnes(block, blocks),
      span: block.file.span(block.name.start, block.name.end),
    };
  });
  const provider = options.datasources[0]?.activeProvider ?? "none";
  return { texts, models: read.sort((a, b) => (a.name < b.name ? -1 : 1)), provider };
}

function findBlock(blocks: readonly Block[], name: string, schemaPath: string): Block {
  const block = blocks.find(({ keyword, name: own }) => own.text === name && /^(model|view)$/.test(keyword));
  if (block) return block;
  throw new Error(`Model ${name} is not in ${schemaPath}. The schema changed while it was read: generate again.`);
}
