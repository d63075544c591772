const expected = Reflect.ownKeys(Object.prototype);

/** What was added to the prototype of every object since the tests began, now taken away again (HT-7). */
export function takePollution(): string[] {
  const added = Reflect.ownKeys(Object.prototype).filter((key) => !expected.includes(key));
  for (const key of added) Reflect.deleteProperty(Object.prototype, key);
  return added.map((key) => `Object.prototype has got a ${String(key)}.`);
}
