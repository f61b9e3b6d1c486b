import type { Configuration, ConfigurationChange } from './configuration.ts'
import { type InnerFault, KIND_NAMES, objectsOf } from './kinds.ts'
import { PARAMETERS, parameterFault, profileOf } from './parameter.ts'
import { isThere, kindsToLookThrough, type Reference, referencesOf } from './references.ts'
import { roleOf } from './role.ts'
import { pathOf } from './schema.ts'
import { changeKey } from './state.ts'

/** As many people, queues, flows and numbers as a pool of this design is meant for, with room; the fold holds them all in memory. */
export const OBJECTS_MAX = 20_000

/** What one object alone cannot show, found one after the other: names that lead to nothing, numbers that lead to two, values out of their range. */
export function* wholeFaults(
  before: Configuration,
  after: Configuration,
  changes: readonly ConfigurationChange[],
): Generator<InnerFault> {
  for (const change of changes) yield* clashes(before, after, change)
  const objects = KIND_NAMES.reduce((sum, kind) => sum + objectsOf(after, kind).size, 0)
  if (objects > OBJECTS_MAX) yield { path: 'changes', problem: `would make more than ${OBJECTS_MAX} objects` }
  if (changes.some((change) => change.kind === 'parameter')) yield* parameterFaults(after)
  yield* lockOut(before, after, changes)
  yield* danglingReferences(after, changes)
}

/** Somebody must be left who may give the right back. */
function* lockOut(
  before: Configuration,
  after: Configuration,
  changes: readonly ConfigurationChange[],
): Generator<InnerFault> {
  const cause = changes.find(({ kind }) => kind === 'role' || kind === 'user')
  if (!cause || mayBeChanged(after) || !mayBeChanged(before)) return
  yield { path: pathOf(cause), problem: 'would leave nobody who may change the configuration' }
}

/** Whether anybody may change the configuration. */
function mayBeChanged({ users, roles }: Configuration): boolean {
  for (const { role, disabled } of users.values())
    if (!disabled && roleOf(roles, role)?.rights.includes('change-configuration')) return true
  return false
}

function* danglingReferences(after: Configuration, changes: readonly ConfigurationChange[]): Generator<InnerFault> {
  const changed = new Set(changes.map(changeKey))
  const everywhere = new Set(kindsToLookThrough(changes))
  for (const kind of KIND_NAMES) {
    const isAnyChanged = changes.some((change) => change.kind === kind)
    if (!everywhere.has(kind) && !isAnyChanged) continue
    for (const [name, value] of objectsOf(after, kind)) {
      if (!everywhere.has(kind) && !changed.has(`${kind}:${name}`)) continue
      for (const reference of referencesOf(kind, value)) {
        if (isThere(after, reference)) continue
        yield { path: `${pathOf({ kind, name })}.${reference.path}`, problem: missing(reference) }
      }
    }
  }
}

function missing({ target, name }: Reference): string {
  return `there is no ${target} "${name}"`
}

/** Each value fits the range that its profile gives it; another profile may have others. */
function* parameterFaults({ parameters }: Configuration): Generator<InnerFault> {
  for (const kind of PARAMETERS) {
    const set = parameters.get(kind.name)
    const problem = set && parameterFault(kind, set.value, profileOf(parameters))
    if (problem !== undefined) yield { path: `parameters.${kind.name}`, problem }
  }
}

/** No number may lead to two: neither a listed one and an extension, nor two users' extensions. */
function* clashes(before: Configuration, after: Configuration, change: ConfigurationChange): Generator<InnerFault> {
  if (change.value === undefined) return
  if (change.kind === 'number' && after.extensions.has(change.name)) {
    yield { path: pathOf(change), problem: `is the extension of ${after.extensions.get(change.name)}` }
  }
  if (change.kind !== 'user') return
  const path = `${pathOf(change)}.extension`
  const { extension } = change.value
  if (after.numbers.has(extension)) yield { path, problem: `${extension} is a listed number` }
  for (const other of new Set([after.extensions.get(extension), before.extensions.get(extension)])) {
    if (other !== undefined && other !== change.name && after.users.get(other)?.extension === extension) {
      yield { path, problem: `${extension} is the extension of ${other}` }
    }
  }
}
