/** In the order in which the keys first appear. */
export function groupBy<Key, Value>(values: readonly Value[], key: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const of = key(value);
    groups.set(of, [...(groups.get(of) ?? []), value]);
  }
  return groups;
}
