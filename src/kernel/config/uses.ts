import type { Configuration } from './configuration.ts'
import type { Target } from './fields.ts'
import { KIND_NAMES, objectsOf } from './kinds.ts'
import { referencesOf } from './references.ts'
import { pathOf } from './schema.ts'

/** Where everything is used that stands for one of these: the places, by `target:name`, in the order of the kinds. */
export function usesOf(
  configuration: Configuration,
  targets: readonly Target[],
): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>()
  for (const kind of KIND_NAMES) {
    for (const [name, value] of objectsOf(configuration, kind)) {
      for (const reference of referencesOf(kind, value)) {
        if (!targets.includes(reference.target)) continue
        const key = `${reference.target}:${reference.name}`
        uses.set(key, [...(uses.get(key) ?? []), `${pathOf({ kind, name })}.${reference.path}`])
      }
    }
  }
  return uses
}
