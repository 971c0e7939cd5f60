#!/usr/bin/env node
/**
 * The package's one executable: a generator when `prisma generate` spawned it, else the command line tool. Each half is
 * loaded only when it is the one that runs.
 */
if (process.env.PRISMA_GENERATOR_INVOCATION === "true") {
  const { default: helper } = await import("@prisma/generator-helper");
  const { onManifest } = await import("./manifest.ts");
  const load = () => import("./generate.ts");
  helper.generatorHandler({
    onManifest() {
      // Loading takes 0.3 s, most of it for @prisma/config. Prisma, which waits for the manifest, meanwhile calls other
      // generators and writes out what it has to tell this one. What goes wrong with it comes again in `onGenerate`.
      setImmediate(() => load().catch(() => {}));
      return onManifest();
    },
    onGenerate: async (options) => (await load()).onGenerate(options),
  });
} else {
  // `… | head` closes the pipe when it has seen enough: that is the end of the output, not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  const { run } = await import("../src/cli/main.ts");
  const { projectCommands } = await import("./cli/project-commands.ts");
  process.exitCode = await run(process.argv.slice(2), undefined, projectCommands);
}
