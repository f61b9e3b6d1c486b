import { assertNever, type Millis } from '#base'
import type { FlowDocument } from '#kernel/flow'
import type { Configuration, ConfigurationChange, Destination, Queue, SeatPool, User } from './configuration.ts'
import type { Parameter } from './parameter.ts'
import type { Schedule } from './schedule.ts'

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
}

/** What an accepted change is in the log. */
export interface ConfigurationChanged {
  readonly type: 'ConfigurationChanged'
  readonly version: number
  readonly by: string
  readonly changes: readonly ConfigurationChange[]
}

interface Maps {
  readonly users: Map<string, User>
  readonly queues: Map<string, Queue>
  readonly flows: Map<string, FlowDocument>
  readonly numbers: Map<string, Destination>
  readonly parameters: Map<string, Parameter>
  readonly seats: Map<string, SeatPool>
  readonly schedules: Map<string, Schedule>
  readonly extensions: Map<string, string>
}

/** The configuration of a centre that nobody has set up yet: nothing, version 0. */
export function initialConfiguration(): ConfigurationState {
  return {
    configuration: {
      version: 0,
      users: new Map(),
      queues: new Map(),
      flows: new Map(),
      numbers: new Map(),
      parameters: new Map(),
      seats: new Map(),
      schedules: new Map(),
      extensions: new Map(),
    },
    lastChanges: new Map(),
  }
}

/** A state with maps of its own that says the same. */
export function copyConfiguration(state: ConfigurationState): ConfigurationState {
  const { version, users, queues, flows, numbers, parameters, seats, schedules, extensions } = state.configuration
  return {
    configuration: {
      version,
      users: new Map(users),
      queues: new Map(queues),
      flows: new Map(flows),
      numbers: new Map(numbers),
      parameters: new Map(parameters),
      seats: new Map(seats),
      schedules: new Map(schedules),
      extensions: new Map(extensions),
    },
    lastChanges: new Map(state.lastChanges),
  }
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
  const maps = state.configuration as unknown as Maps
  for (const change of event.changes) {
    apply(maps, change)
    lastChanges.set(changeKey(change), { version: event.version, by: event.by, at })
  }
  return { configuration: { ...state.configuration, version: event.version }, lastChanges }
}

function apply(maps: Maps, change: ConfigurationChange): void {
  switch (change.kind) {
    case 'user':
      return applyUser(maps, change.name, change.value)
    case 'queue':
      return put(maps.queues, change.name, change.value)
    case 'flow':
      return put(maps.flows, change.name, change.value)
    case 'number':
      return put(maps.numbers, change.name, change.value)
    case 'parameter':
      return put(maps.parameters, change.name, change.value)
    case 'seat':
      return put(maps.seats, change.name, change.value)
    case 'schedule':
      return put(maps.schedules, change.name, change.value)
    default:
      return assertNever(change)
  }
}

function applyUser(maps: Maps, name: string, value: User | undefined): void {
  const before = maps.users.get(name)
  if (before && maps.extensions.get(before.extension) === name) maps.extensions.delete(before.extension)
  put(maps.users, name, value)
  if (value) maps.extensions.set(value.extension, name)
}

function put<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value === undefined) map.delete(name)
  else map.set(name, value)
}
