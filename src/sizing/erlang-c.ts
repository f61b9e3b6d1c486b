import { erlangB } from './erlang-b.ts'
import { checkDuration, checkRange, checkWhole, DURATION_MS_MAX, SERVERS_MAX } from './range.ts'

/** A queue whose callers wait however long it takes. */
export interface PatientQueue {
  /** Erlangs. */
  readonly load: number
  readonly agents: number
  readonly handleMs: number
  /** The time of the service level. */
  readonly withinMs: number
}

/** What a queue is like in the long run. */
export interface QueueFigures {
  /** Share of all callers who find no agent free. */
  readonly waits: number
  /** Mean wait of those who are answered (average speed of answer), those who need not wait included. Infinite when the load is too much. */
  readonly asaMs: number
  /** Share of all callers who are answered within the time. */
  readonly answeredInTime: number
  /** Share of all callers who hang up before they are answered. */
  readonly abandons: number
  /** Share of their time that agents are busy. */
  readonly occupancy: number
}

/** Erlang C: the share of callers who must wait; all of them when the load is not less than the agents, for then the queue grows without end. */
export function erlangC(load: number, agents: number): number {
  checkWhole('the number of agents', agents, 1, SERVERS_MAX)
  const blocked = erlangB(load, agents)
  return waitsOf(load, agents, blocked)
}

/** Erlang C from Erlang B: C = n B / (n - a (1 - B)). */
export function waitsOf(load: number, agents: number, blocked: number): number {
  return load >= agents ? 1 : (agents * blocked) / (agents - load * (1 - blocked))
}

/** The figures of a queue without abandonment (M/M/c): the wait of those who wait is exponential, with mean handling time / (agents - load). */
export function patientFigures({ load, agents, handleMs, withinMs }: PatientQueue): QueueFigures {
  checkDuration('the handling time', handleMs)
  checkRange('the time of the service level in milliseconds', withinMs, 0, DURATION_MS_MAX)
  return figuresFrom(erlangC(load, agents), { load, agents, handleMs, withinMs })
}

/** The same when the share of those who wait is known already. */
export function figuresFrom(waits: number, { load, agents, handleMs, withinMs }: PatientQueue): QueueFigures {
  const spare = agents - load
  if (spare <= 0) return { waits, asaMs: Number.POSITIVE_INFINITY, answeredInTime: 0, abandons: 0, occupancy: 1 }
  return {
    waits,
    asaMs: (waits * handleMs) / spare,
    answeredInTime: 1 - waits * Math.exp((-spare * withinMs) / handleMs),
    abandons: 0,
    occupancy: load / agents,
  }
}
