import { z } from 'zod'
import { name, number } from './fields.ts'

const HOST_CHARS_MAX = 253
const PORT_MAX = 65_535
const USER_CHARS_MAX = 320

/** More are rules of a numbering plan, which belong into the gateway. */
const PATTERNS_MAX = 100

/** More than one machine of the reference kind carries. */
const CALLS_MAX = 10_000

const pattern = z
  .string()
  .regex(/^\+?[0-9]{0,20}\*?$/, 'is not a number, or how numbers begin with * behind')
  .min(1)

/** A trunk. */
export const trunkSchema = z.strictObject({
  name,
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'is not a host')
    .max(HOST_CHARS_MAX),
  port: z.number().int().min(1).max(PORT_MAX).optional(),
  transport: z.enum(['udp', 'tcp', 'tls']).optional(),
  numbers: z.array(pattern).min(1).max(PATTERNS_MAX),
  barred: z.array(pattern).max(PATTERNS_MAX).optional(),
  callsMax: z.number().int().min(1).max(CALLS_MAX),
  rank: z.number().int().min(1).max(100).optional(),
  user: z
    .string()
    .min(1)
    .max(USER_CHARS_MAX)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'has a character that no user name of SIP may have')
    .optional(),
  secret: name.optional(),
  callerNumber: number.optional(),
  strip: z.number().int().min(0).max(10).optional(),
  prefix: number.optional(),
  paused: z.boolean().optional(),
})
