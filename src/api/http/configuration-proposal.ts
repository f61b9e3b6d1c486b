import type { z } from 'zod'
import type { Checked, PublishSchema } from '#api/contract'
import { moment } from '#api/contract'
import type { CentreState } from '#kernel/centre'
import {
  type Configuration,
  type ConfigurationChange,
  type ConfigurationKind,
  changesBetween,
  changesTo,
  checkChanges,
  copyConfiguration,
  differencesOf,
  evolveConfiguration,
  fieldDifferences,
  initialConfiguration,
  type ObjectDifference,
  objectsOf,
} from '#kernel/config'
import { servesQueue } from '#kernel/routing'
import type { Said } from './configured-sounds.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'

/** What somebody proposes: changes, a document, or a version to go back to. */
export type Proposal = Pick<z.infer<typeof PublishSchema>, 'basedOn' | 'changes' | 'document' | 'version'>

/** The changes that a proposal comes to. */
export async function changesOf(
  { centre, history }: Pick<HttpApiPorts, 'centre' | 'history'>,
  { changes, document, version }: Proposal,
): Promise<readonly ConfigurationChange[]> {
  const { configuration } = centre.state()
  if (changes) return changes as unknown as readonly ConfigurationChange[]
  if (document) return changesTo(configuration, document)
  return changesBetween(configuration, await configurationAt({ history }, version!))
}

/** The configuration as it was in a version; fails with `api.no-such` when history does not hold it. */
export async function configurationAt(
  { history }: Pick<HttpApiPorts, 'history'>,
  version: number,
): Promise<Configuration> {
  const versions = await history.configurationUpTo(version)
  // History that begins later than the first version, or has a gap, would fold to something that never was.
  const isWhole = versions.length === version && versions[0]?.version === 1 && versions.at(-1)?.version === version
  if (!isWhole) throw API_ERRORS['api.no-such']({ what: 'version in history', name: String(version) })
  return foldOf(versions)
}

type Published = Awaited<ReturnType<HttpApiPorts['history']['configurationUpTo']>>

function foldOf(versions: Published): Configuration {
  const state = versions.reduce(
    (folded, { version: of, by, changes, at }) => evolveConfiguration(folded, { version: of, by, changes }, at),
    initialConfiguration(),
  )
  return state.configuration
}

/** What a version changed, against the one before it; fails with `api.no-such` when history does not hold both. */
export async function differencesIn(
  { history }: Pick<HttpApiPorts, 'history'>,
  version: number,
): Promise<readonly ObjectDifference[]> {
  const versions = await history.configurationUpTo(version)
  const last = versions.at(-1)
  if (versions.length !== version || last?.version !== version) {
    throw API_ERRORS['api.no-such']({ what: 'version in history', name: String(version) })
  }
  return differencesOf(foldOf(versions.slice(0, -1)), last.changes)
}

/** The collisions, each with what others changed in the object since the version that the author saw, and what the author made of it (CFG-08). */
export async function withTheirs(
  { centre, history }: Pick<HttpApiPorts, 'centre' | 'history'>,
  { collisions, changes }: Checked,
  basedOn: number | undefined,
): Promise<Checked['collisions']> {
  if (collisions.length === 0 || basedOn === undefined || basedOn === 0) return collisions
  // Without history (no database at this moment) the collision is told all the same: who, when and in which version.
  const before = await configurationAt({ history }, basedOn).catch(() => undefined)
  if (!before) return collisions
  const present = centre.state().configuration
  return collisions.map((one) => {
    const kind = one.kind as ConfigurationKind
    const [old, young] = [objectsOf(before, kind).get(one.name), objectsOf(present, kind).get(one.name)]
    const own = changes.find(({ kind: of, name }) => of === one.kind && name === one.name)
    const mine = new Map(fieldDifferences(old, own?.value).map(({ path, after }) => [path, after]))
    return {
      ...one,
      fields: fieldDifferences(old, young).map((field) => ({
        ...field,
        ...(mine.has(field.path) && { mine: mine.get(field.path) ?? null }),
      })),
    }
  })
}

/** A difference as the API tells it. */
export function viewDifference({ fields, ...one }: ObjectDifference): Checked['differences'][number] {
  return { ...one, fields: fields.map((field) => ({ ...field })) }
}

/** Everything there is to say of changes before they are published. */
export function checkProposal(
  state: CentreState,
  changes: readonly ConfigurationChange[],
  basedOn: number | undefined,
  now: number,
): Checked {
  const { configuration } = state
  const { version } = configuration
  const { faults, collisions } = checkChanges(state.configurationState, { basedOn: basedOn ?? version, changes }, now)
  const warnings = faults.length === 0 ? warningsOf(state, changes) : []
  return {
    version,
    changes: changes.map((one) => ({ ...one })) as Checked['changes'],
    differences: differencesOf(configuration, changes).map(viewDifference),
    faults: faults.map((one) => ({ ...one })),
    warnings: warnings.map((one) => ({ ...one })),
    collisions: collisions.map(({ kind, name, version: of, by, at }) => ({
      kind,
      name,
      version: of,
      by,
      at: moment(at),
    })),
  }
}

/** What is possible and probably not meant: queues that nobody serves any more, phones that need their password again. */
function warningsOf(state: CentreState, changes: readonly ConfigurationChange[]): readonly Said[] {
  const before = state.configuration
  const event = { version: before.version + 1, by: '', changes }
  const after = evolveConfiguration(copyConfiguration(state.configurationState), event, 0).configuration
  return [...deserted(state, before, after), ...movedExtensions(before, changes)]
}

function deserted(state: CentreState, before: Configuration, after: Configuration): readonly Said[] {
  const isServed = (configuration: Configuration, name: string) => {
    const queue = configuration.queues.get(name)
    return queue !== undefined && [...configuration.users.values()].some((user) => servesQueue(user, queue))
  }
  return [...after.queues.keys()].flatMap((name) => {
    if (isServed(after, name)) return []
    if (before.queues.has(name) && !isServed(before, name) && before.queues.get(name) === after.queues.get(name))
      return []
    const waiting = state.queues.get(name)?.waiting.size ?? 0
    const callers = waiting > 0 ? `, and ${waiting} wait in it now` : ''
    return [{ path: `queues.${name}`, problem: `nobody has what it asks for${callers}` }]
  })
}

function movedExtensions(before: Configuration, changes: readonly ConfigurationChange[]): readonly Said[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'user' || !change.value) return []
    const old = before.users.get(change.name)
    if (!old) return [{ path: `users.${change.name}`, problem: 'cannot log in until a password is set' }]
    if (old.extension === change.value.extension) return []
    return [{ path: `users.${change.name}.extension`, problem: 'the phone needs a password set anew' }]
  })
}
