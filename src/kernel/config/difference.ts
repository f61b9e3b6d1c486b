import type { Configuration, ConfigurationChange, ConfigurationKind } from './configuration.ts'
import { KIND_NAMES, objectsOf } from './kinds.ts'

/** A value inside an object that is not what it was; absent on the side where there is none. */
export interface FieldDifference {
  /** By keys with dots between them; empty: the object as a whole is new or gone. */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

/** An object that is not what it was. */
export interface ObjectDifference {
  readonly kind: ConfigurationKind
  readonly name: string
  readonly what: 'new' | 'changed' | 'gone'
  readonly fields: readonly FieldDifference[]
}

/** What makes the one configuration into the other: nothing where both say the same, in whatever order of keys. */
export function changesBetween(before: Configuration, after: Configuration): readonly ConfigurationChange[] {
  return KIND_NAMES.flatMap((kind) => {
    const [old, young] = [objectsOf(before, kind), objectsOf(after, kind)]
    const set = [...young].filter(([name, value]) => !isSame(old.get(name), value))
    const gone = [...old.keys()].filter((name) => !young.has(name))
    return [
      ...set.map(([name, value]) => ({ kind, name, value }) as ConfigurationChange),
      ...gone.map((name): ConfigurationChange => ({ kind, name })),
    ]
  })
}

/** What changes would change, object by object and field by field; one that says what holds already is left out. */
export function differencesOf(
  before: Configuration,
  changes: readonly ConfigurationChange[],
): readonly ObjectDifference[] {
  return changes.flatMap(({ kind, name, value }): ObjectDifference[] => {
    const old = objectsOf(before, kind).get(name)
    if (isSame(old, value)) return []
    const what = old === undefined ? 'new' : value === undefined ? 'gone' : 'changed'
    return [{ kind, name, what, fields: fieldDifferences(old, value) }]
  })
}

/** The fields in which two values differ, in the order of their names. */
export function fieldDifferences(before: unknown, after: unknown, path = ''): readonly FieldDifference[] {
  if (isSame(before, after)) return []
  if (!isObject(before) || !isObject(after)) {
    return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return keys.flatMap((key) => fieldDifferences(before[key], after[key], path === '' ? key : `${path}.${key}`))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other))
}

/** The same value with the keys of every object in the order of their names, so that the same configuration is always the same text. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (!isObject(value)) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.sort(byKey).map(([key, inner]) => [key, inOrder(inner)]))
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
