import { assertNever, type Millis } from '#base'
import { SWITCHOVER_ERRORS } from './errors.ts'

/** A takeover or switchover, as the new primary noted it. */
export interface Takeover {
  readonly at: Millis
  readonly term: number
  /** The new primary, and the one before as far as it is known. */
  readonly to: string
  readonly from?: string | undefined
  readonly why: string
  /** From the first sign that something was the matter until the lease was granted. */
  readonly leaseMs: Millis
  /** From the lease until edge and media obeyed; undefined when they did not within the time that is waited for them. */
  readonly callsMs?: Millis | undefined
}

/** What all cores must agree on about the pool itself. */
export interface PoolState {
  takeovers: readonly Takeover[]
  /** The switchover that was asked for last. */
  asked?: { readonly to: string; readonly by: string; readonly at: Millis } | undefined
  /** Nodes and cores that take no new work, by name, and who said so. */
  readonly draining: Map<string, { readonly by: string; readonly at: Millis }>
  /** The newest format that the log is written in. */
  level: number
}

/** What is asked of the pool. */
export type PoolCommand =
  | { readonly type: 'NoteTakeover'; readonly takeover: Omit<Takeover, 'at'> }
  | { readonly type: 'AskSwitchover'; readonly to: string; readonly by: string }
  | { readonly type: 'Drain'; readonly name: string; readonly by: string }
  | { readonly type: 'EndDrain'; readonly name: string; readonly by: string }
  | {
      readonly type: 'RaiseLevel'
      readonly level: number
      readonly by: string
      /** The newest format that each member reads. */
      readonly reads: Readonly<Record<string, number>>
    }

/** What happened to the pool. */
export type PoolEvent =
  | { readonly type: 'TookOver'; readonly takeover: Omit<Takeover, 'at'> }
  | { readonly type: 'SwitchoverAsked'; readonly to: string; readonly by: string }
  | { readonly type: 'Drained'; readonly name: string; readonly by: string }
  | { readonly type: 'DrainEnded'; readonly name: string; readonly by: string }
  | { readonly type: 'LevelRaised'; readonly level: number; readonly by: string }

/** A year of a pool that is upgraded every week. */
const TAKEOVERS_MAX = 50

/** Nodes that are taken out of service and forgotten; more names than machines are a mistake. */
const DRAINING_MAX = 100

/** The pool's own state in the log, beside the centre's: takeovers, who is drained, and the format that is written. */
export const poolMachine = {
  initial: (): PoolState => ({ takeovers: [], draining: new Map(), level: 1 }),

  decide(state: PoolState, command: PoolCommand): readonly PoolEvent[] {
    switch (command.type) {
      case 'NoteTakeover':
        return [{ type: 'TookOver', takeover: command.takeover }]
      case 'AskSwitchover':
        return [{ type: 'SwitchoverAsked', to: command.to, by: command.by }]
      case 'Drain':
        if (state.draining.has(command.name) || state.draining.size >= DRAINING_MAX) return []
        return [{ type: 'Drained', name: command.name, by: command.by }]
      case 'EndDrain':
        return state.draining.has(command.name) ? [{ type: 'DrainEnded', name: command.name, by: command.by }] : []
      case 'RaiseLevel':
        return raise(state, command)
      default:
        return assertNever(command)
    }
  },

  evolve(state: PoolState, event: PoolEvent, at: Millis): void {
    switch (event.type) {
      case 'TookOver':
        state.takeovers = [...state.takeovers, { at, ...event.takeover }].slice(-TAKEOVERS_MAX)
        return
      case 'SwitchoverAsked':
        state.asked = { to: event.to, by: event.by, at }
        return
      case 'Drained':
        state.draining.set(event.name, { by: event.by, at })
        return
      case 'DrainEnded':
        state.draining.delete(event.name)
        return
      case 'LevelRaised':
        state.level = event.level
        return
      default:
        // A newer release's event about the pool is none of ours.
        return
    }
  },

  dump: (state: PoolState): unknown => ({ ...state, draining: [...state.draining] }),

  restore(dump: unknown): PoolState {
    const { takeovers, draining, level, asked } = dump as Omit<PoolState, 'draining'> & {
      draining: [string, { by: string; at: Millis }][]
    }
    return { takeovers, draining: new Map(draining), level, ...(asked && { asked }) }
  },
}

function raise(
  { level: now }: PoolState,
  { level, by, reads }: Extract<PoolCommand, { type: 'RaiseLevel' }>,
): readonly PoolEvent[] {
  if (level === now) return []
  const refuse = (reason: string) => SWITCHOVER_ERRORS['switchover.level']({ now, reason })
  if (level < now) throw refuse('what is written already in a newer one would not be read by an older release')
  const cannot = Object.entries(reads).filter(([, newest]) => newest < level)
  if (cannot.length > 0) {
    const names = cannot.map(([name, newest]) => `${name} reads up to ${newest}`).join(', ')
    throw refuse(`not every core reads level ${level} (${names}); upgrade or remove them first`)
  }
  return [{ type: 'LevelRaised', level, by }]
}
