import type { Millis } from '#base'
import type {
  Configuration,
  ConfigurationChange,
  ConfigurationKind,
  ConfigurationKinds,
  ConfiguredObjects,
  User,
} from './configuration.ts'
import type { ConfigurationChanged } from './event.ts'
import { KIND_NAMES, KINDS, objectsOf, pluralOf } from './kinds.ts'

/** Who changed an object last: what a second author is told. */
export interface LastChange {
  readonly version: number
  readonly by: string
  readonly at: Millis
}

/**
 * The configuration and, for each object that ever was, its last change: a removed object keeps it, so that an author who still
 * sees it is told.
 */
export interface ConfigurationState {
  readonly configuration: Configuration
  /** By `kind:name`. */
  readonly lastChanges: ReadonlyMap<string, LastChange>
  /** By user: log-ins that began before that moment are over. Kept for {@link SESSIONS_MS}. */
  readonly sessionsSince: ReadonlyMap<string, Millis>
}

/** No log-in lasts so long, so what ended all of them before is of no use any more. */
export const SESSIONS_MS = 24 * 3_600_000

function mapsOf(from: (kind: ConfigurationKind) => Iterable<readonly [string, unknown]>): ConfiguredObjects {
  return Object.fromEntries(
    KIND_NAMES.map((kind) => [pluralOf(kind), new Map(from(kind))]),
  ) as unknown as ConfiguredObjects
}

/** The configuration of a centre that nobody has set up yet: nothing, version 0. */
export function initialConfiguration(): ConfigurationState {
  return {
    configuration: { version: 0, ...mapsOf(() => []), extensions: new Map() },
    lastChanges: new Map(),
    sessionsSince: new Map(),
  }
}

/** A state with maps of its own that says the same. */
export function copyConfiguration({
  configuration,
  lastChanges,
  sessionsSince,
}: ConfigurationState): ConfigurationState {
  const { version, extensions } = configuration
  return {
    configuration: {
      version,
      ...mapsOf((kind) => objectsOf(configuration, kind)),
      extensions: new Map(extensions),
    },
    lastChanges: new Map(lastChanges),
    sessionsSince: new Map(sessionsSince),
  }
}

/** A configuration as JSON has it: of each kind the objects, with their names beside them where they do not carry them. */
export type ConfigurationDump = {
  readonly version: number
  readonly lastChanges: readonly (readonly [string, LastChange])[]
  /** Absent in dumps of a release that did not end log-ins, and while none were ended. */
  readonly sessionsSince?: readonly (readonly [string, Millis])[]
} & {
  /** A kind is absent in dumps of a release that did not know it. */
  readonly [K in ConfigurationKind as `${K}s`]?:
    | readonly ConfigurationKinds[K][]
    | readonly (readonly [string, ConfigurationKinds[K]])[]
}

/** The state for a file; {@link restoreConfiguration} reads it. */
export function dumpConfiguration(state: ConfigurationState): ConfigurationDump {
  const { configuration, lastChanges, sessionsSince } = state
  const objects = KIND_NAMES.map((kind) => {
    const all = objectsOf(configuration, kind)
    return [pluralOf(kind), KINDS[kind].isNamed ? [...all.values()] : [...all]]
  })
  return {
    version: configuration.version,
    ...Object.fromEntries(objects),
    lastChanges: [...lastChanges],
    ...(sessionsSince.size > 0 && { sessionsSince: [...sessionsSince] }),
  }
}

/** The state of a dump; of a kind that it does not know there is nothing. */
export function restoreConfiguration(dump: ConfigurationDump): ConfigurationState {
  const { version, lastChanges, sessionsSince = [] } = dump
  const objects = mapsOf((kind) => {
    const all = (dump[pluralOf(kind)] ?? []) as readonly unknown[]
    if (!KINDS[kind].isNamed) return all as readonly (readonly [string, unknown])[]
    return (all as readonly { readonly name: string }[]).map((one) => [one.name, one] as const)
  })
  const enabled = [...objects.users.values()].filter((user) => !user.disabled)
  const extensions = new Map(enabled.map((user) => [user.extension, user.name]))
  return {
    configuration: { version, ...objects, extensions },
    lastChanges: new Map(lastChanges),
    sessionsSince: new Map(sessionsSince),
  }
}

/** The whole configuration as changes to an empty one. */
export function wholeOf(configuration: Configuration): readonly ConfigurationChange[] {
  return KIND_NAMES.flatMap((kind) =>
    [...objectsOf(configuration, kind)].map(([name, value]) => ({ kind, name, value }) as ConfigurationChange),
  )
}

/** The object's key in `lastChanges`. */
export function changeKey(change: Pick<ConfigurationChange, 'kind' | 'name'>): string {
  return `${change.kind}:${change.name}`
}

/** Folds a change in; the maps of the given state are used on and changed in place. */
export function evolveConfiguration(
  state: ConfigurationState,
  event: Omit<ConfigurationChanged, 'type'>,
  at: Millis,
): ConfigurationState {
  const lastChanges = state.lastChanges as Map<string, LastChange>
  for (const change of event.changes) {
    apply(state.configuration, change)
    lastChanges.set(changeKey(change), { version: event.version, by: event.by, at })
    if (change.kind === 'user' && (change.value === undefined || change.value.disabled))
      endSessions(state, change.name, at)
  }
  return { ...state, configuration: { ...state.configuration, version: event.version }, lastChanges }
}

/** Ends all log-ins of a user up to that moment; the map of the given state is changed in place. */
export function endSessions({ sessionsSince }: ConfigurationState, user: string, at: Millis): void {
  const since = sessionsSince as Map<string, Millis>
  // Set anew at the end, so that the oldest come first.
  since.delete(user)
  since.set(user, at)
  for (const [name, then] of since) {
    if (then > at - SESSIONS_MS) break
    since.delete(name)
  }
}

function apply(configuration: Configuration, change: ConfigurationChange): void {
  const map = objectsOf(configuration, change.kind) as Map<string, object>
  if (change.kind === 'user') moveExtension(configuration, change.name, change.value)
  if (change.value === undefined) map.delete(change.name)
  else map.set(change.name, change.value)
}

function moveExtension(configuration: Configuration, name: string, value: User | undefined): void {
  const extensions = configuration.extensions as Map<string, string>
  const before = configuration.users.get(name)
  if (before && extensions.get(before.extension) === name) extensions.delete(before.extension)
  if (value && !value.disabled) extensions.set(value.extension, name)
}
