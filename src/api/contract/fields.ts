import { z } from 'zod'

/** A moment as RFC 3339 text in UTC, to the millisecond: `2026-11-21T07:39:00.123Z`. */
export const MomentSchema = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, to the millisecond')

/** A moment that is asked for, as precise and in which zone whoever asks likes. */
export const AnyMomentSchema = z.iso.datetime({ offset: true }).describe('RFC 3339, with a time zone')

/** A length of time in whole milliseconds. */
export const DurationMsSchema = z.number().int().min(0).describe('milliseconds')

/** By what a contact comes. */
export const MediumSchema = z.enum(['voice', 'callback', 'chat', 'sms', 'email', 'fax', 'work-item'])

/** Names of users, queues and flows: short, without spaces, fit for an address. */
export const NAME_PATTERN = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u

/** The name of a user, a queue or a flow. */
export const NameSchema = z.string().regex(NAME_PATTERN, 'a name has 1 to 64 letters, digits, ".", "_" or "-"')

/** Ids that Tandem makes itself: letters, digits, dots and hyphens. */
export const IdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/, 'no such id is possible')

/** What can be dialled: a number, an extension or a SIP address. */
export const DialStringSchema = z
  .string()
  .regex(
    /^(?:[+*#0-9][*#0-9]{0,31}|sips?:[^\s<>"]{1,200})$/,
    'a number has 1 to 32 digits, "+", "*" or "#"; a SIP address begins with "sip:"',
  )

/** A telephone number, as people write it: what is between the digits does not count. */
export const OutsideNumberSchema = z
  .string()
  .max(40)
  .transform((text) => text.replace(/[\s()/.-]/g, ''))
  .pipe(z.string().regex(/^\+?[0-9]{1,20}$/, 'a telephone number has 1 to 20 digits, with + in front or not'))

/** A number that a text message or a fax goes to: so that its answer is known as one, it is written as networks write it. */
export const WritableNumberSchema = z
  .string()
  .max(40)
  .transform((text) => text.replace(/[\s()/.-]/g, '').replace(/^00/, '+'))
  .pipe(
    z
      .string()
      .regex(
        /^(?:\+[1-9][0-9]{5,14}|[1-9][0-9]{2,7})$/,
        'write + and the country before the number; a short code has 3 to 8 digits',
      ),
  )

/** What colleagues read in one glance beside a name; what is longer is a message. */
export const PRESENCE_NOTE_CHARS_MAX = 140

/** What stands beside a status: `back at three`. */
export const PresenceNoteSchema = z.string().trim().min(1).max(PRESENCE_NOTE_CHARS_MAX)

/** One page of a list: beyond it an answer would hold up everything behind it. */
export const PAGE_MAX = 200

/** Colleagues that are found at once, and followed: more than fit on a page. Whoever wants others types more of the name. */
export const DIRECTORY_MAX = 50

/** What a page holds when nothing is said. */
export const PAGE_DEFAULT = 50

/** The moment of a number of milliseconds since 1970. */
export function moment(at: number): string {
  return new Date(at).toISOString()
}

/** The same for a moment that may not have come. */
export function momentOrNull(at: number | undefined | null): string | null {
  return at === undefined || at === null ? null : moment(at)
}
