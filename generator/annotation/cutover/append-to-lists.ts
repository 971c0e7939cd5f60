import { type Attribute, findArgument } from "../../model/index.ts";

/** What to append to the list of which argument; `position` where it may stand without its name. */
export interface Append {
  readonly argument: string;
  readonly position?: number;
  readonly item: string;
}

/** The attribute with items appended to its lists: `@@unique([a, b], map: "u")`. What else it says stays as it is. */
export function appendToLists(attribute: Attribute, appends: readonly Append[]): string {
  return appends
    .flatMap(({ argument, position, item }) => {
      const value = findArgument(attribute, argument, position)?.value;
      return value === undefined ? [] : [{ value, item }];
    })
    .sort((a, b) => b.value.start - a.value.start)
    .reduce((text, { value, item }) => {
      const [from, to] = [value.start - attribute.start, value.end - attribute.start];
      const inner = value.text.startsWith("[") ? value.text.slice(1, -1).trim() : value.text;
      return `${text.slice(0, from)}[${inner}, ${item}]${text.slice(to)}`;
    }, attribute.text);
}
