import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { installPackage, Project } from "../../support/project.ts";
import type { Bench, Scenario } from "../bench.ts";
import { linkedInstallation } from "../load/linked-installation.ts";
import { manyModels, manyTables, NOTHING } from "../load/many-models.ts";
import { inTurn } from "../measure/in-turn.ts";
import { type TreeMemory, treeMemory } from "../measure/memory.ts";
import { sampleWhile } from "../measure/sample-while.ts";
import { removeAtExit } from "../temporary.ts";

/** `first` writes the migrations, `again` finds that there is nothing to write. */
export const RUNS = ["without our generator", "first", "again"] as const;

const NOWHERE = "postgresql://nobody@localhost:1/none";

export const generate: Scenario = {
  name: "generate",
  about:
    "`prisma generate` with the packed package, on a schema of that many models, all annotated, beside the same schema " +
    "without our generator (both have one that does nothing besides). 'First' writes a migration for every model, 'again' none. " +
    "Memory is the largest sum of resident memory seen: of Prisma's process and all that it started, and of ours alone.",
  async run(bench) {
    const installation = await (bench.options.packed ? installPackage() : linkedInstallation());
    const keep = removeAtExit(installation);
    try {
      await inTurn(bench.options.rounds, bench.options.models, (models) => measure(bench, installation, models));
    } finally {
      await rm(installation, { recursive: true, force: true });
      keep();
    }
  },
};

async function measure({ recorder, note, signal }: Bench, installation: string, models: number): Promise<void> {
  const project = await Project.create({ installation, url: NOWHERE });
  const keep = removeAtExit(project.directory);
  try {
    await project.write(NOTHING.path, NOTHING.text);
    await project.write("prisma/migrations/20260101000000_init/migration.sql", manyTables(models));
    for (const run of RUNS) {
      signal.throwIfAborted();
      await project.writeSchema(manyModels(models, run !== "without our generator"));
      const { seconds, memory } = await timed(project);
      const generatorBytes = run === "without our generator" ? undefined : memory.part || undefined;
      recorder.add({ run, models }, { seconds, processTreeBytes: memory.tree || undefined, generatorBytes });
      note(`${models} models, ${run}: ${seconds.toFixed(2)} s`);
    }
    const folders = await readdir(join(project.directory, "prisma", "migrations"));
    const written = folders.filter((name) => name.includes("_partition_setup_")).length;
    recorder.check(`${models} models: a migration each`, written === models);
  } finally {
    await project.remove();
    keep();
  }
}

async function timed(project: Project): Promise<{ seconds: number; memory: TreeMemory }> {
  let [tree, part, seconds] = [0, 0, Number.NaN];
  const run = async () => {
    const started = performance.now();
    await project.prisma(["generate"], { env: { CI: undefined } });
    seconds = (performance.now() - started) / 1000;
  };
  await sampleWhile(run, 50, async () => {
    const now = await treeMemory(project.directory, ".bin/prisma-partition");
    tree = Math.max(tree, now.tree);
    part = Math.max(part, now.part);
  });
  return { seconds, memory: { tree, part } };
}
