import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { generateClient } from "./prisma.ts";

const index = fileURLToPath(new URL("../../../src/index.ts", import.meta.url));

const application = `
import { createPartitionExtension, createPartitions } from ${JSON.stringify(index)};
import { PrismaClient } from "./client/client.ts";

declare const prisma: PrismaClient;
const definitions = { thing: { model: "Thing", bound: "integer" } } as const;
export const plain = createPartitions(prisma, definitions).thing.list();
export const extended = createPartitions(prisma.$extends({ name: "nothing" }), definitions).thing.list();
export const inside = prisma.$transaction((tx) => createPartitions(tx, definitions).thing.list());
inside.then(([first]) => first?.lower satisfies bigint | null | undefined);
const withHandles = prisma.$extends(createPartitionExtension(definitions));
export const rows: Promise<{ id: number }[]> = withHandles.thing.findMany({ where: { id: { gt: 1 } } });
withHandles.thing.$partition.list().then(([first]) => first?.lower satisfies bigint | null | undefined);
withHandles.thing.$partition.ensure({ from: 1n, to: 2n }).then(({ created }) => created satisfies number);
withHandles.$transaction((tx) => tx.thing.$partition.progress());
const once = withHandles.$extends({ model: { thing: { more: () => 1 } } });
export const more: number = once.thing.more();
export const still = once.thing.$partition.verify({ repair: true });
// @ts-expect-error bounds of an integer key are no Dates
withHandles.thing.$partition.ensure({ from: new Date(), to: new Date() });
// @ts-expect-error the client itself is as it was
prisma.thing.$partition;
// @ts-expect-error there is no such model
prisma.$extends(createPartitionExtension({ nothing: { model: "Nothing", bound: "time" } })).nothing.$partition;
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
