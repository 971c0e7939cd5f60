import { defineConfig } from "tsdown";

/** The package (dist/, published) and the scripts that tests and the demo run (build/, not published). */
export default defineConfig([
  {
    entry: ["src/index.ts", "generator/bin.ts"],
    outDir: "dist",
    unbundle: true,
    dts: true,
    skipNodeModulesBundle: true,
    // SQL stays SQL: the files are read at run time, from the same place beside the code as in the source tree.
    copy: [
      { from: "generator/sql/*.hbs", to: "dist/generator/sql" },
      { from: "src/install/*.sql", to: "dist/src/install" },
    ],
  },
  {
    entry: {
      "test/support/schema-engine/main": "test/support/schema-engine/main.ts",
      "test/support/servers/provision": "test/support/servers/provision.ts",
      "test/support/emit-example": "test/support/emit-example.ts",
      "test/demo/main": "test/demo/main.ts",
      "test/docs/main": "test/docs/main.ts",
      "test/docs/record": "test/docs/record.ts",
      "test/torture/main": "test/torture/main.ts",
      "test/bench/main": "test/bench/main.ts",
      "test/bench/report/main": "test/bench/report/main.ts",
    },
    skipNodeModulesBundle: true,
    outDir: "build",
    outputOptions: { preserveModulesRoot: import.meta.dirname },
    unbundle: true,
    dts: false,
    copy: [
      { from: "generator/sql/*.hbs", to: "build/generator/sql" },
      { from: "src/install/*.sql", to: "build/src/install" },
    ],
  },
]);
