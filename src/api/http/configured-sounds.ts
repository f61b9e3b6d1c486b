import {
  CONFIG_ERRORS,
  type ConfigurationChange,
  checkChanges,
  copyConfiguration,
  evolveConfiguration,
  pluralOf,
  usesOf,
} from '#kernel/config'
import type { HttpApiPorts } from './ports.ts'

/** Something that is to be said of a proposal: the place, and what is wrong there. */
export interface Said {
  readonly path: string
  readonly problem: string
}

/**
 * What only the storage knows: prompts that have a sound which the pool does not have, such as after an import from another one. Of those
 * that changes set or whose players they change; one that something plays is a fault, for callers would hear nothing (RPL-08).
 */
export async function missingSounds(
  { sounds, centre }: Pick<HttpApiPorts, 'sounds' | 'centre'>,
  changes: readonly ConfigurationChange[],
): Promise<{ readonly faults: readonly Said[]; readonly warnings: readonly Said[] }> {
  const state = centre.state().configurationState
  const event = { version: state.configuration.version + 1, by: '', changes }
  const { configuration } = evolveConfiguration(copyConfiguration(state), event, 0)
  const changed = new Set(changes.flatMap(({ kind, name, value }) => (value ? [`${pluralOf(kind)}.${name}`] : [])))
  const uses = usesOf(configuration, ['prompt'])
  const playersOf = (name: string): readonly string[] => uses.get(`prompt:${name}`) ?? []
  const concerned = [...configuration.prompts.values()].filter(
    ({ name }) =>
      changed.has(`prompts.${name}`) ||
      playersOf(name).some((place) => [...changed].some((object) => place.startsWith(`${object}.`))),
  )
  // A database that is away at this moment is no reason to check nothing at all, nor to refuse everything.
  const missing = await sounds.missing(concerned.map(({ sound }) => sound)).catch((): readonly string[] => [])
  const silent = concerned.filter(({ sound }) => missing.includes(sound))
  const said = ({ name }: { readonly name: string }): Said => ({
    path: `prompts.${name}.sound`,
    problem: 'the sound is not here: upload it again',
  })
  return {
    faults: silent.filter(({ name }) => playersOf(name).length > 0).map(said),
    warnings: silent.filter(({ name }) => playersOf(name).length === 0).map(said),
  }
}

/** Fails with `config.invalid` when something would be played whose sound is not here; of what does not fit at all the kernel says more. */
export async function demandSounds(
  ports: Pick<HttpApiPorts, 'sounds' | 'centre'>,
  changes: readonly ConfigurationChange[],
): Promise<void> {
  const state = ports.centre.state().configurationState
  if (checkChanges(state, { basedOn: state.configuration.version, changes }, 0).faults.length > 0) return
  const [fault] = (await missingSounds(ports, changes)).faults
  if (fault) throw CONFIG_ERRORS['config.invalid']({ ...fault })
}
