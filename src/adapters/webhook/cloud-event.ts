import type { Millis } from '#base'
import type { CentreEvent } from '#kernel/centre'
import { eventTypeOf } from './event-type.ts'

/** An event as receivers get it: CloudEvents 1.0 in JSON (structured mode), with the extension `sequence`. */
export interface CloudEvent {
  readonly specversion: '1.0'
  /** The same however often it is sent. */
  readonly id: string
  readonly source: '/tandem/centre'
  readonly type: string
  readonly time: string
  /** The interaction, or the agent. */
  readonly subject?: string
  readonly datacontenttype: 'application/json'
  /** Its place in the log, in twenty digits, so that texts sort as numbers do. */
  readonly sequence: string
  readonly data: object
}

/** An event of the centre with its place in the log. */
export interface PlacedEvent {
  readonly sequence: number
  readonly term: number
  readonly at: Millis
  readonly event: CentreEvent
}

/** As many digits as 2^64 has. */
const SEQUENCE_DIGITS = 20

/** The event for the world outside. The term stands in the id: a log that was put back to an earlier state counts on from there. */
export function cloudEventOf({ sequence, term, at, event }: PlacedEvent): CloudEvent {
  const { type: _, ...data } = event
  const subject = 'interaction' in event ? event.interaction : 'user' in event ? event.user : undefined
  return {
    ...frame(`${term}-${sequence}`, at),
    type: eventTypeOf(event),
    ...(subject !== undefined && { subject }),
    sequence: String(sequence).padStart(SEQUENCE_DIGITS, '0'),
    data,
  }
}

/** What a receiver is tried with: it stands in no log. */
export function testEventOf(webhook: string, id: string, at: Millis): CloudEvent {
  return {
    ...frame(id, at),
    type: 'tandem.webhook.test',
    sequence: '0'.padStart(SEQUENCE_DIGITS, '0'),
    data: { webhook },
  }
}

function frame(id: string, at: Millis) {
  return {
    specversion: '1.0',
    id,
    source: '/tandem/centre',
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
  } as const
}
