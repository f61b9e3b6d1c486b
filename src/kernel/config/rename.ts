import type { Configuration, ConfigurationChange, ConfigurationKind } from './configuration.ts'
import { inOrder } from './difference.ts'
import { CONFIG_ERRORS } from './errors.ts'
import type { Target } from './fields.ts'
import { KIND_NAMES, KINDS, objectsOf, pluralOf } from './kinds.ts'
import { withNames } from './references.ts'
import { usesOf } from './uses.ts'

/** What can be given another name everywhere at once: names that no live work stands under. */
export const RENAMED_TARGETS = ['skill', 'group', 'wrap-up-code', 'role', 'prompt', 'schedule'] as const

/** One of them. */
export type RenamedTarget = (typeof RENAMED_TARGETS)[number]

/**
 * The changes that give something another name wherever it is named; none where it is named nowhere. Refuses (`config.invalid`) a name that
 * is taken: two skills that became one could not be told apart again.
 */
export function renameChanges(
  configuration: Configuration,
  { target, from, to }: { readonly target: RenamedTarget; readonly from: string; readonly to: string },
): readonly ConfigurationChange[] {
  if (from === to) return []
  const own = KIND_NAMES.find((kind) => kind === target)
  const isTaken =
    usesOf(configuration, [target]).has(`${target}:${to}`) || (own && objectsOf(configuration, own).has(to))
  if (isTaken) throw CONFIG_ERRORS['config.invalid']({ path: 'to', problem: `there is a ${target} "${to}" already` })
  const named = (one: Target, name: string): string => (one === target && name === from ? to : name)
  const changes = KIND_NAMES.flatMap((kind) =>
    [...objectsOf(configuration, kind)].flatMap(([name, value]): ConfigurationChange[] => {
      const after = withNames(kind, value, named)
      const isSame = JSON.stringify(inOrder(after)) === JSON.stringify(inOrder(value))
      return isSame ? [] : [{ kind, name, value: after } as ConfigurationChange]
    }),
  )
  return own ? [...changes, ...movedObject(configuration, own, { from, to })] : changes
}

/** The object itself under its new name. */
function movedObject(
  configuration: Configuration,
  kind: ConfigurationKind,
  { from, to }: { readonly from: string; readonly to: string },
): readonly ConfigurationChange[] {
  const value = objectsOf(configuration, kind).get(from)
  if (!value) {
    const path = `${pluralOf(kind)}.${from}`
    throw CONFIG_ERRORS['config.invalid']({ path, problem: 'is built in, or is not there: it keeps its name' })
  }
  const moved = KINDS[kind].isNamed ? { ...value, name: to } : value
  return [{ kind, name: to, value: moved } as ConfigurationChange, { kind, name: from }]
}
