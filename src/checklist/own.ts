/** What stands under a name that came from outside: names that every object knows, like `constructor`, are names too. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
