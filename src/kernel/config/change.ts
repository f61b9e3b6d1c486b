import { assertNever, type Millis } from '#base'
import { flowReferences } from '#kernel/flow'
import type { Configuration, ConfigurationChange, Destination, Overflow } from './configuration.ts'
import { CONFIG_ERRORS } from './errors.ts'
import { resolveNumber } from './number.ts'
import { PARAMETERS, parameterFault, profileOf } from './parameter.ts'
import { checkShape, pathOf } from './schema.ts'
import {
  type ConfigurationChanged,
  type ConfigurationState,
  changeKey,
  copyConfiguration,
  evolveConfiguration,
} from './state.ts'

/** One command of more objects would be an event that stalls all others; a larger import is several commands. */
export const CHANGES_MAX = 1_000

/** As many people, queues, flows and numbers as a pool of this design is meant for, with room; the fold holds them all in memory. */
export const OBJECTS_MAX = 20_000

/** One author's changes, taken all together or not at all. */
export interface ChangeConfiguration {
  readonly by: string
  readonly basedOn: number
  readonly changes: readonly ConfigurationChange[]
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
  const { by, basedOn, changes } = command
  const { version } = state.configuration
  if (changes.length === 0) return []
  if (changes.length > CHANGES_MAX) refuse('changes', `are more than ${CHANGES_MAX}`)
  if (!Number.isInteger(basedOn) || basedOn < 0 || basedOn > version) {
    refuse('basedOn', `is not a version from 0 to ${version}`)
  }
  refuseCollision(state, command)
  refuseTwice(changes)
  for (const change of changes) checkShape(change)
  const event: ConfigurationChanged = { type: 'ConfigurationChanged', version: version + 1, by, changes }
  const after = evolveConfiguration(copyConfiguration(state), event, now).configuration
  for (const change of changes) checkClash(state.configuration, after, change)
  checkWhole(after, changes)
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

/** What one object alone cannot show: names that lead to nothing. */
function checkWhole(after: Configuration, changes: readonly ConfigurationChange[]): void {
  if (after.users.size + after.queues.size + after.flows.size + after.numbers.size > OBJECTS_MAX) {
    refuse('changes', `would make more than ${OBJECTS_MAX} objects`)
  }
  const changed = new Set(changes.map(changeKey))
  // Whoever refers to what was removed, or to an extension that a user no longer has, must be looked for everywhere.
  const everywhere = changes.some((change) => change.value === undefined || change.kind === 'user')
  for (const [number, destination] of after.numbers) {
    if (everywhere || changed.has(`number:${number}`)) checkDestination(after, number, destination)
  }
  if (changes.some((change) => change.kind === 'parameter')) checkParameters(after)
  for (const name of after.queues.keys()) {
    if (everywhere || changed.has(`queue:${name}`)) checkQueueReferences(after, name)
  }
  for (const name of after.flows.keys()) {
    if (everywhere || changed.has(`flow:${name}`)) checkFlowReferences(after, name)
  }
}

/** Each value fits the range that its profile gives it; another profile may have others. */
function checkParameters({ parameters }: Configuration): void {
  for (const kind of PARAMETERS) {
    const set = parameters.get(kind.name)
    const fault = set && parameterFault(kind, set.value, profileOf(parameters))
    if (fault !== undefined) refuse(`parameters.${kind.name}`, fault)
  }
}

/** No number may lead to two: neither a listed one and an extension, nor two users' extensions. */
function checkClash(before: Configuration, after: Configuration, change: ConfigurationChange): void {
  if (change.value === undefined) return
  if (change.kind === 'number' && after.extensions.has(change.name)) {
    refuse(pathOf(change), `is the extension of ${after.extensions.get(change.name)}`)
  }
  if (change.kind !== 'user') return
  const path = `${pathOf(change)}.extension`
  const { extension } = change.value
  if (after.numbers.has(extension)) refuse(path, `${extension} is a listed number`)
  for (const other of [after.extensions.get(extension), before.extensions.get(extension)]) {
    if (other !== undefined && other !== change.name && after.users.get(other)?.extension === extension) {
      refuse(path, `${extension} is the extension of ${other}`)
    }
  }
}

function checkDestination(after: Configuration, number: string, destination: Destination): void {
  const path = `numbers.${number}.${destination.type}`
  const known =
    destination.type === 'flow'
      ? after.flows.has(destination.flow)
      : destination.type === 'queue'
        ? after.queues.has(destination.queue)
        : after.users.has(destination.user)
  if (!known) refuse(path, `there is no such ${destination.type}`)
}

function checkQueueReferences(after: Configuration, name: string): void {
  const { users, rings, keys, overflow } = after.queues.get(name)!
  for (const [digit, { flow }] of Object.entries(keys ?? {})) {
    if (!after.flows.has(flow)) refuse(`queues.${name}.keys.${digit}.flow`, `there is no flow "${flow}"`)
  }
  const stranger = users?.find((user) => !after.users.has(user))
  if (stranger !== undefined) refuse(`queues.${name}.users`, `there is no user "${stranger}"`)
  for (const [index, { queues }] of rings?.entries() ?? []) {
    const missing = queues?.find((queue) => !after.queues.has(queue) || queue === name)
    if (missing !== undefined) refuse(`queues.${name}.rings.${index}.queues`, `there is no other queue "${missing}"`)
  }
  for (const [index, { when, to }] of overflow?.entries() ?? []) {
    const path = `queues.${name}.overflow.${index}`
    if (when.type === 'closed' && !after.schedules.has(when.schedule)) {
      refuse(`${path}.when.schedule`, `there is no schedule "${when.schedule}"`)
    }
    const fault = overflowFault(after, name, to)
    if (fault !== undefined) refuse(`${path}.to`, fault)
  }
}

function overflowFault(after: Configuration, from: string, to: Overflow['to']): string | undefined {
  switch (to.type) {
    case 'queue':
      return after.queues.has(to.queue) && to.queue !== from ? undefined : `there is no other queue "${to.queue}"`
    case 'flow':
      return after.flows.has(to.flow) ? undefined : `there is no flow "${to.flow}"`
    case 'number':
      return resolveNumber(after, to.number) ? undefined : `there is no number "${to.number}"`
    case 'voicemail':
      return after.users.has(to.mailbox) || after.queues.has(to.mailbox)
        ? undefined
        : `there is no mailbox "${to.mailbox}"`
    default:
      return assertNever(to)
  }
}

function checkFlowReferences(after: Configuration, name: string): void {
  for (const reference of flowReferences(after.flows.get(name)!)) {
    const known =
      reference.kind === 'queue'
        ? after.queues.has(reference.name)
        : reference.kind === 'number'
          ? resolveNumber(after, reference.name) !== undefined
          : after.users.has(reference.name) || after.queues.has(reference.name)
    if (!known) refuse(`flows.${name}.${reference.path}`, `there is no ${reference.kind} "${reference.name}"`)
  }
}
