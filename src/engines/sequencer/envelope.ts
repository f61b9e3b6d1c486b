import type { LogRecord } from '#seams/log'
import type { EventLike, Sequenced } from './machine.ts'

/** Brings an event of an older version to the newest one, on reading; returns others as they are. */
export type Lift = (machine: string, event: EventLike) => EventLike

/** The text of an event in the log. */
export function encode(machine: string, event: EventLike): string {
  return JSON.stringify({ m: machine, e: event })
}

/** The event that a text stands for: what every other core will read. States may share parts of it, as nobody ever changes one. */
export function decodeBody(body: string, lift?: Lift): { machine: string; event: EventLike } {
  const { m, e } = JSON.parse(body) as { m: string; e: EventLike }
  return { machine: m, event: lift ? lift(m, e) : e }
}

/** The record as what listeners get. */
export function decode(record: LogRecord, lift?: Lift): Sequenced {
  const { sequence, term, at } = record
  return { sequence, term, at, ...decodeBody(record.body, lift) }
}
