import type { Millis } from '#base'

/**
 * What the sequencer runs: a pure machine that turns commands into events and folds events into state. It may change its
 * own state in place in `evolve`, nowhere else. Everything in an event must survive JSON.
 */
export interface Machine<S, C, E extends EventLike> {
  initial(): S
  /** The events that a command causes; none when it changes nothing. A command that cannot be obeyed throws a TandemError. */
  decide(state: S, command: C, now: Millis): readonly E[]
  /** Folds one event in, in place. Never throws: what was decided has happened. */
  evolve(state: S, event: E, at: Millis): void
  /** When something falls due next; undefined while nothing will. */
  nextDeadline?(state: S): Millis | undefined
  /** The command that lets happen what is due. */
  tick?(): C
  /** Everything in the state, fit for JSON; it is written out at once, so it may share parts with the state. */
  dump(state: S): unknown
  /** The state that was dumped; throws when the dump is of a shape that it cannot read, and then the log is read instead. */
  restore(dump: unknown): S
}

/** What every event has: its name, in the past tense. */
export interface EventLike {
  readonly type: string
}

/** Machines by name; the name stands in every event of the log, so it is never changed. */
export type Machines = Readonly<Record<string, Machine<unknown, unknown, EventLike>>>

/** The state of each machine, by its name. */
export type States<M extends Machines> = { readonly [K in keyof M]: ReturnType<M[K]['initial']> }

/** A command and the machine it is for. */
export type CommandFor<M extends Machines> = {
  readonly [K in keyof M]: { readonly machine: K; readonly command: Parameters<M[K]['decide']>[1] }
}[keyof M]

/** An event with its place in the log. */
export type Sequenced<M extends Machines = Machines> = {
  readonly [K in keyof M]: {
    readonly sequence: number
    readonly term: number
    readonly at: Millis
    readonly machine: K
    readonly event: ReturnType<M[K]['decide']>[number]
  }
}[keyof M]
