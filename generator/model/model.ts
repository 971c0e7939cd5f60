import type { Span } from "./source-file.ts";
import type { Attribute } from "./text/attribute.ts";

/** `now()`, `uuid(7)`, `dbgenerated("uuidv7()")`, or a constant (`name` is null). */
export interface FieldDefault {
  readonly name: string | null;
  readonly arguments: readonly (string | number)[];
}

export interface Field {
  readonly name: string;
  /** Database column (`@map` applied). */
  readonly column: string;
  /** `ignored` (`@ignore`) and `unsupported` fields exist in the database but not in Prisma Client. */
  readonly kind: "scalar" | "enum" | "relation" | "ignored" | "unsupported";
  /** Prisma type: `DateTime`, `BigInt`, an enum or model name. */
  readonly type: string;
  /** `@db.Timestamptz(6)` is `{ name: "Timestamptz", arguments: ["6"] }`; null where the schema names none. */
  readonly nativeType: { readonly name: string; readonly arguments: readonly string[] } | null;
  readonly isRequired: boolean;
  readonly isList: boolean;
  readonly isId: boolean;
  readonly isUnique: boolean;
  readonly default: FieldDefault | null;
  /** Its name in the schema file. */
  readonly span: Span;
}

/** A primary key or unique index. */
export interface Key {
  readonly kind: "id" | "unique";
  /** Name in the database: `map:`, or what Prisma derives. */
  readonly name: string;
  /** True where `map:` says the name. */
  readonly isNamed: boolean;
  readonly fields: readonly string[];
  readonly columns: readonly string[];
  /** True where it identifies a row: no field is nullable and no `where:` leaves rows out. */
  readonly identifies: boolean;
  /** True for `@id` and `@unique` on a field, false for `@@id` and `@@unique`. */
  readonly isOnField: boolean;
  readonly attribute: Attribute;
  /** The attribute in the schema file. */
  readonly span: Span;
}

/** A relation whose foreign key, in another table or this one, references fields of the model. */
export interface IncomingRelation {
  /** Model and relation field that hold the reference. */
  readonly model: string;
  readonly field: string;
  /** Fields of the foreign key; empty for an implicit many-to-many relation, whose join table has no model. */
  readonly fields: readonly string[];
  /** Fields of the referenced model, in the order of `fields`. */
  readonly references: readonly string[];
  /** False for `Event?`. */
  readonly isRequired: boolean;
  /** True where the model has one row at most for each of its own: `receipt Receipt?`. */
  readonly isOneToOne: boolean;
  /** The `@relation`; null for an implicit many-to-many relation. */
  readonly attribute: Attribute | null;
  /** The names of all fields of the model that holds the reference. */
  readonly siblings: readonly string[];
  readonly span: Span;
}

/** A one-to-one relation whose foreign key the model holds itself: Prisma wants a unique on exactly these fields. */
export interface OneToOne {
  readonly field: string;
  readonly fields: readonly string[];
  /** Model and field of the other side. */
  readonly otherModel: string;
  readonly otherField: string;
}

/** A model, or view, that Prisma Client knows. */
export interface Model {
  readonly name: string;
  /** `@@schema`, or null. */
  readonly schema: string | null;
  /** Database table (`@@map` applied). */
  readonly table: string;
  readonly isView: boolean;
  readonly fields: readonly Field[];
  readonly primaryKey: Key | null;
  /** In the order of the schema, those on fields first. */
  readonly uniques: readonly Key[];
  readonly incoming: readonly IncomingRelation[];
  readonly oneToOnes: readonly OneToOne[];
  /** Its name in the schema file. */
  readonly span: Span;
}
