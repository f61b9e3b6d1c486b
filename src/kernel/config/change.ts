import type { Millis } from '#base'
import type { ConfigurationChange } from './configuration.ts'
import { CONFIG_ERRORS } from './errors.ts'
import type { ConfigurationChanged } from './event.ts'
import { wholeFaults } from './faults.ts'
import { checkShape, pathOf } from './schema.ts'
import { type ConfigurationState, changeKey, copyConfiguration, evolveConfiguration } from './state.ts'

/** One command of more objects would be an event that stalls all others; a larger import is several commands. */
export const CHANGES_MAX = 1_000

/** One author's changes, taken all together or not at all. */
export interface ChangeConfiguration {
  readonly by: string
  /** The version that the author saw of the whole configuration. */
  readonly basedOn: number
  readonly changes: readonly ConfigurationChange[]
  /** The address that the author asked from. */
  readonly from?: string
  /** Why, in the author's words. */
  readonly note?: string
}

/**
 * Accepts the changes all together or refuses them: `config.collision` (409) when one of the objects was changed after the
 * version that the author saw, `config.invalid` (422) with the path of the first fault. No changes decide nothing.
 */
export function decideConfiguration(
  state: ConfigurationState,
  command: ChangeConfiguration,
  now: Millis,
): readonly ConfigurationChanged[] {
  const { by, basedOn, changes, from, note } = command
  const { version } = state.configuration
  if (changes.length === 0) return []
  if (changes.length > CHANGES_MAX) refuse('changes', `are more than ${CHANGES_MAX}`)
  if (!Number.isInteger(basedOn) || basedOn < 0 || basedOn > version) {
    refuse('basedOn', `is not a version from 0 to ${version}`)
  }
  refuseCollision(state, command)
  refuseTwice(changes)
  for (const change of changes) checkShape(change)
  const event: ConfigurationChanged = {
    type: 'ConfigurationChanged',
    version: version + 1,
    by,
    changes,
    ...(from !== undefined && { from }),
    ...(note !== undefined && { note }),
  }
  const after = evolveConfiguration(copyConfiguration(state), event, now).configuration
  for (const { path, problem } of wholeFaults(state.configuration, after, changes)) refuse(path, problem)
  return [event]
}

function refuse(path: string, problem: string): never {
  throw CONFIG_ERRORS['config.invalid']({ path, problem })
}

function refuseCollision(state: ConfigurationState, { basedOn, changes }: ChangeConfiguration): void {
  for (const change of changes) {
    const last = state.lastChanges.get(changeKey(change))
    if (last && last.version > basedOn) {
      throw CONFIG_ERRORS['config.collision']({ kind: change.kind, name: change.name, basedOn, ...last })
    }
  }
}

function refuseTwice(changes: readonly ConfigurationChange[]): void {
  const seen = new Set<string>()
  for (const change of changes) {
    if (seen.has(changeKey(change))) refuse(pathOf(change), 'is changed twice at once')
    seen.add(changeKey(change))
  }
}
