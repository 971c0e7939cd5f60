import * as v from "valibot";
import type { PartitionSpec } from "../spec.ts";
import { HistoryError } from "./error.ts";
import { installTransitions, removalTransitions, stageTransitions, transitionNames } from "./transition-name.ts";

/**
 * The first line of every emitted `migration.sql`:
 *
 *     -- prisma-partition {"format":1,"transition":"setup","model":"Event","schema":"app","table":"events","spec":{…}}
 *
 * One SQL comment, one JSON object, never a line break. It is a file format: readers of version N accept what writers
 * of version N wrote, and unknown fields beside the known ones; a change of meaning raises `FORMAT`.
 */
export const FORMAT = 1;

const MARK = "-- prisma-partition";

/**
 * What of a spec the header holds under `spec`; the table's own names stand beside it. Folders of earlier versions lack
 * the options that came later: {@link foldHistory} fills in what held before there was a choice.
 */
export type HeaderSpec = Omit<PartitionSpec, "model" | "schema" | "table">;

const install = v.looseObject({
  transition: v.picklist(installTransitions),
  /** Version of the package that wrote the folder; for people, never compared. */
  version: v.string(),
  /** SHA-256 over the installed functions. */
  checksum: v.string(),
});

const uninstall = v.looseObject({
  transition: v.literal("uninstall"),
  /** As in `install`. */
  version: v.string(),
});

const table = { model: v.string(), schema: v.nullable(v.string()), table: v.string() };
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const toStage = v.looseObject({
  transition: v.picklist(stageTransitions),
  ...table,
  /** The whole spec that holds from here on. */
  spec: v.custom<HeaderSpec>(isObject, "must be an object"),
});

const alter = v.looseObject({
  transition: v.literal("alter"),
  ...table,
  /** The options that change, with their new values. `model` among them means the Prisma model was renamed. */
  changes: v.custom<Partial<PartitionSpec>>(isObject, "must be an object"),
});

const removal = v.looseObject({
  transition: v.picklist(removalTransitions),
  ...table,
});

const schema = v.variant("transition", [install, uninstall, toStage, alter, removal]);

export type InstallHeader = Pick<v.InferOutput<typeof install>, "transition" | "version" | "checksum">;
export type UninstallHeader = Pick<v.InferOutput<typeof uninstall>, "transition" | "version">;
export type StageHeader = Pick<v.InferOutput<typeof toStage>, "transition" | "model" | "schema" | "table" | "spec">;
export type AlterHeader = Pick<v.InferOutput<typeof alter>, "transition" | "model" | "schema" | "table" | "changes">;
export type RemovalHeader = Pick<v.InferOutput<typeof removal>, "transition" | "model" | "schema" | "table">;
export type TableHeader = StageHeader | AlterHeader | RemovalHeader;
export type Header = InstallHeader | UninstallHeader | TableHeader;

/** The header as the one line it is written as, without the line break after it. */
export function writeHeader(header: Header): string {
  return `${MARK} ${JSON.stringify({ format: FORMAT, ...header })}`;
}

/**
 * The header of an emitted file, or null where the file is not ours.
 *
 * @param sql the text of a `migration.sql`
 * @param file its path, for the error
 * @throws HistoryError when the line starts like a header and cannot be read
 */
export function parseHeader(sql: string, file: string): Header | null {
  const line = /^\uFEFF?([^\r\n]*)/.exec(sql)?.[1] ?? "";
  if (!line.startsWith(MARK) || /^\S/.test(line.slice(MARK.length))) return null;

  const json = parseJson(line.slice(MARK.length), file);
  if (!Number.isInteger(json.format)) throw damaged(file, "it has no format version");
  const { transition } = json;
  if (json.format !== FORMAT || (typeof transition === "string" && !transitionNames.includes(transition))) {
    throw new HistoryError(
      "HISTORY_NEWER_FORMAT",
      `${file} was written by a newer prisma-partition (format ${json.format}, transition ${transition}); ` +
        `this version reads format ${FORMAT}. Upgrade the package: npm install prisma-partition@latest`,
    );
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw damaged(file, `${v.getDotPath(issue) ?? "the header"}: ${issue.message}`);
  }
  return parsed.output;
}

function parseJson(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(file, (error as Error).message);
  }
  if (!isObject(value)) throw damaged(file, "it is not a JSON object");
  return value as Record<string, unknown>;
}

function damaged(file: string, reason: string): HistoryError {
  return new HistoryError(
    "HISTORY_DAMAGED_HEADER",
    `The first line of ${file} starts with "${MARK}" but is not a header that can be read: ${reason}. ` +
      "Restore the file as it was emitted (git checkout); the migration history is read from these lines.",
  );
}
