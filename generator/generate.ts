import { join } from "node:path";
import type { GeneratorOptions } from "@prisma/generator-helper";
import { readGeneratorOptions, readSpecs } from "./annotation/index.ts";
import { emitMigrations } from "./emit/emit-migrations.ts";
import { migrationsPath } from "./emit/migrations-path.ts";
import { report } from "./emit/report.ts";
import { runtimeModule } from "./emit/runtime-module.ts";
import { writeIfChanged } from "./emit/write-if-changed.ts";
import { readSchema } from "./model/index.ts";
import { optionsFileVariable, writeOptionsFile } from "./options-file.ts";

/**
 * One `prisma generate`: annotations → specs → the difference to the emitted folders → migration folders, and the typed
 * runtime module. Prints what it did to stdout; stderr is Prisma's channel to its generators. On behalf of the command line
 * it only writes down what Prisma told it.
 *
 * @throws an error whose message is for the user; then no folder was written
 */
export async function onGenerate(options: GeneratorOptions): Promise<void> {
  const optionsFile = process.env[optionsFileVariable];
  if (optionsFile) return writeOptionsFile(optionsFile, options);

  const schema = readSchema(options);
  // First, because it reports the mistakes of the generator block and of all annotations together.
  const wanted = readSpecs(options, schema);
  const { output, migrations, emit } = readGeneratorOptions(options, schema);

  if (emit === "never") {
    process.stdout.write("prisma-partition: emit = never, so the migrations were not looked at.\n");
  } else {
    const { schemaPath } = options;
    const folder = await migrationsPath({ option: migrations, schemaPath, cwd: process.cwd() });
    process.stdout.write(report(await emitMigrations(wanted, folder, emit), wanted));
  }
  if (output !== null) await writeIfChanged(join(output, "index.ts"), runtimeModule(wanted.map(({ spec }) => spec)));
}
