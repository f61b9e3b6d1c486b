import type { Millis } from '#base'
import { CHANGES_MAX, type ChangeConfiguration } from './change.ts'
import { wholeFaults } from './faults.ts'
import type { InnerFault } from './kinds.ts'
import { shapeFaults } from './schema.ts'
import { type ConfigurationState, changeKey, copyConfiguration, evolveConfiguration, type LastChange } from './state.ts'

/** An object that somebody changed after the version that the author saw. */
export interface Collision extends LastChange {
  readonly kind: string
  readonly name: string
}

/** What would keep changes from being taken: all of it, where the decision itself tells the first alone. */
export interface CheckedChanges {
  readonly faults: readonly InnerFault[]
  readonly collisions: readonly Collision[]
}

/** More say no more: whoever has so many faults has one cause. */
const FAULTS_MAX = 200

/** Looks for everything that is wrong with changes, and decides nothing. */
export function checkChanges(
  state: ConfigurationState,
  { basedOn, changes }: Pick<ChangeConfiguration, 'basedOn' | 'changes'>,
  now: Millis,
): CheckedChanges {
  const collisions = changes.flatMap((change): Collision[] => {
    const last = state.lastChanges.get(changeKey(change))
    return last && last.version > basedOn ? [{ kind: change.kind, name: change.name, ...last }] : []
  })
  const faults: InnerFault[] = changes.flatMap((change) => [...shapeFaults(change)])
  if (changes.length > CHANGES_MAX) faults.push({ path: 'changes', problem: `are more than ${CHANGES_MAX}` })
  if (faults.length === 0) {
    const event = { version: state.configuration.version + 1, by: '', changes }
    const after = evolveConfiguration(copyConfiguration(state), event, now).configuration
    for (const fault of wholeFaults(state.configuration, after, changes)) {
      faults.push(fault)
      if (faults.length >= FAULTS_MAX) break
    }
  }
  return { faults: faults.slice(0, FAULTS_MAX), collisions }
}
