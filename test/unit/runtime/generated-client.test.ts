import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { generateClient } from "./prisma.ts";

const index = fileURLToPath(new URL("../../../src/index.ts", import.meta.url));

const application = `
import { createPartitions } from ${JSON.stringify(index)};
import { PrismaClient } from "./client/client.ts";

declare const prisma: PrismaClient;
const definitions = { thing: { model: "Thing", bound: "integer" } } as const;
export const plain = createPartitions(prisma, definitions).thing.list();
export const extended = createPartitions(prisma.$extends({ name: "nothing" }), definitions).thing.list();
export const inside = prisma.$transaction((tx) => createPartitions(tx, definitions).thing.list());
inside.then(([first]) => first?.lower satisfies bigint | null | undefined);
// @ts-expect-error a bound of an integer key is no Date
inside.then(([first]) => first?.lower satisfies Date | null | undefined);
`;

test("a generated client, extended or inside a transaction, type-checks as a database", async () => {
  const project = await generateClient();
  try {
    const file = join(project.folder, "application.ts");
    await writeFile(file, application);
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ["node"],
      typeRoots: [join(project.folder, "node_modules", "@types")],
    });
    const errors = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  } finally {
    await project.remove();
  }
});
