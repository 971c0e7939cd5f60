export { primaryKeyName, uniqueName } from "./constraint-names.ts";
export type { Field, FieldDefault, IncomingRelation, Key, Model, OneToOne } from "./model.ts";
export { readSchema, type Schema } from "./schema.ts";
export { type Position, SourceFile, type Span } from "./source-file.ts";
export { type Attribute, type AttributeArgument, findArgument, listItems } from "./text/attribute.ts";
export type { Comment } from "./text/comment.ts";
export type { Entry } from "./text/entry.ts";
export type { Block, LooseComments, SchemaText } from "./text/schema-text.ts";
export type { Piece } from "./text/split-list.ts";
