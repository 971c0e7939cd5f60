import { createPartitions, type PartitionHandles } from "./create-partitions.ts";
import type { PrismaQueryable } from "./executor.ts";
import type { PartitionDefinition } from "./handle.ts";

/**
 * What `$extends` takes to add `$partition` to these models: an extension as Prisma types it, written out, so that neither
 * this package nor the generated module imports a client.
 */
export type PartitionExtension<Handles> = (client: unknown) => {
  $extends: {
    extArgs: {
      result: Record<never, never>;
      model: { [K in keyof Handles]: { $partition: () => Handles[K] } };
      query: Record<never, never>;
      client: Record<never, never>;
    };
  };
};

/** The part of a PrismaClient that an extension calls. */
interface ExtendableClient extends PrismaQueryable {
  $extends(extension: { name: string; model: object }): ReturnType<PartitionExtension<never>>;
}

/**
 * A Prisma Client extension that gives each partitioned model its handle:
 *
 * ```ts
 * const prisma = new PrismaClient({ adapter }).$extends(partitionExtension());
 * await prisma.eventTransaction.$partition.list();
 * ```
 * The handles run on the client that was extended, in an interactive transaction too: there, use `partitions(tx)`.
 */
export function createPartitionExtension<const D extends Readonly<Record<string, PartitionDefinition>>>(
  definitions: D,
): PartitionExtension<PartitionHandles<D>> {
  return (client) => {
    const extendable = client as ExtendableClient;
    const handles = Object.entries(createPartitions(extendable, definitions));
    const model = Object.fromEntries(handles.map(([name, handle]) => [name, { $partition: handle }]));
    return extendable.$extends({ name: "prisma-partition", model }) as ReturnType<
      PartitionExtension<PartitionHandles<D>>
    >;
  };
}
