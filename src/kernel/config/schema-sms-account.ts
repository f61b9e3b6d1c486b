import { z } from 'zod'
import { name, nameOf } from './fields.ts'

const HOST_CHARS_MAX = 253
const PORT_MAX = 65_535
/** SMPP 3.4 5.2.1 and 5.2.3, each with a zero at its end. */
const SYSTEM_ID_CHARS_MAX = 15
const SYSTEM_TYPE_CHARS_MAX = 12
/** The longest that proxies and servers take for certain. */
const URL_CHARS_MAX = 2_000

const ascii = (most: number) =>
  z
    .string()
    .regex(/^[\u0021-\u007e]+$/, 'has a character that SMPP has not')
    .max(most)

/** An account for text messages. */
export const smsAccountSchema = z.strictObject({
  name,
  queue: nameOf('queue'),
  address: z
    .string()
    .regex(/^(\+?[0-9]{3,15}|[A-Za-z0-9 ]{1,11})$/, 'is no number, no short code and not 1-11 letters or digits'),
  smpp: z
    .strictObject({
      host: z
        .string()
        .regex(/^[A-Za-z0-9.:-]+$/, 'is not a host')
        .max(HOST_CHARS_MAX),
      port: z.number().int().min(1).max(PORT_MAX),
      security: z.enum(['tls', 'none']),
      systemId: ascii(SYSTEM_ID_CHARS_MAX),
      systemType: ascii(SYSTEM_TYPE_CHARS_MAX).optional(),
    })
    .optional(),
  webhook: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(URL_CHARS_MAX) }).optional(),
  secret: name,
})
