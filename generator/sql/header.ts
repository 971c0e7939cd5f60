import { packageVersion } from "../../src/package-version.ts";
import { type Header, type HeaderSpec, writeHeader } from "../history/header.ts";
import type { Transition } from "../plan/transition.ts";
import type { PartitionSpec } from "../spec.ts";

/** The first line of the folder that carries this transition out. */
export function headerLine(transition: Transition): string {
  return writeHeader(headerOf(transition));
}

function headerOf(transition: Transition): Header {
  switch (transition.transition) {
    case "install":
    case "upgrade":
      return { transition: transition.transition, version: packageVersion(), checksum: transition.checksum };
    case "uninstall":
      return { transition: "uninstall", version: packageVersion() };
    case "teardown":
    case "release": {
      const { model, schema, table } = transition.spec;
      return { transition: transition.transition, model, schema, table };
    }
    case "alter": {
      const { model, schema, table } = transition.spec;
      // Under the model's new name, if it was renamed: readers go by the table.
      return { transition: "alter", model, schema, table, changes: transition.changes };
    }
    default: {
      const { model, schema, table } = transition.spec;
      return { transition: transition.transition, model, schema, table, spec: withoutName(transition.spec) };
    }
  }
}

function withoutName({ model: _model, schema: _schema, table: _table, ...rest }: PartitionSpec): HeaderSpec {
  return rest;
}
