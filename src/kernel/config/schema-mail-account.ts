import { z } from 'zod'
import { name, nameOf } from './fields.ts'
import type { MailAccount, MailOAuth2 } from './mail-account.ts'

/** The longest that RFC 5321 4.5.3.1 lets through. */
const ADDRESS_CHARS_MAX = 254
const HOST_CHARS_MAX = 253
const PORT_MAX = 65_535
const FOLDER_CHARS_MAX = 200
/** A page of text; more is no signature and no acknowledgement. */
const TEXT_CHARS_MAX = 4_000
const USER_CHARS_MAX = 320
const NAME_CHARS_MAX = 100
/** A mailbox for everybody of a large site. */
const MAILBOXES_MAX = 1_000
/** The longest that proxies and servers take for certain. */
const URL_CHARS_MAX = 2_000
/** Some addresses of rights. */
const SCOPE_CHARS_MAX = 1_000

/** One line without anything that could begin another one in a mail's head. */
const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'has a character that no line may have')

const server = {
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'is not a host')
    .max(HOST_CHARS_MAX),
  port: z.number().int().min(1).max(PORT_MAX),
  security: z.enum(['tls', 'starttls', 'none']),
  user: line(USER_CHARS_MAX).optional(),
}

/** A mail account. */
export const mailAccountSchema = z.strictObject({
  name,
  queue: nameOf('queue'),
  address: z.email().max(ADDRESS_CHARS_MAX),
  displayName: line(NAME_CHARS_MAX).optional(),
  imap: z.strictObject({
    ...server,
    folder: line(FOLDER_CHARS_MAX).optional(),
    sentFolder: line(FOLDER_CHARS_MAX).optional(),
  }),
  smtp: z.strictObject(server),
  secret: name.optional(),
  fax: z
    .strictObject({
      domain: z
        .string()
        .regex(/^[a-z0-9.-]+$/, 'is not a domain in small letters')
        .max(HOST_CHARS_MAX),
      plus: z
        .string()
        .regex(/^[+0-9]{0,4}$/, 'has other than up to 4 digits and +')
        .optional(),
    })
    .optional(),
  oauth2: z
    .strictObject({
      tokenUrl: z.url({ protocol: /^https?$/ }).max(URL_CHARS_MAX),
      clientId: line(USER_CHARS_MAX),
      scope: line(SCOPE_CHARS_MAX).optional(),
      refreshToken: name.optional(),
    })
    .optional(),
  signature: z.string().min(1).max(TEXT_CHARS_MAX).optional(),
  acknowledgement: z.string().min(1).max(TEXT_CHARS_MAX).optional(),
  voiceMessages: z
    .record(nameOf('mailbox'), z.email().max(ADDRESS_CHARS_MAX))
    .refine((all) => Object.keys(all).length <= MAILBOXES_MAX, `has more than ${MAILBOXES_MAX} mailboxes`)
    .optional(),
  spam: z.enum(['leave', 'take']).optional(),
})

/** A password would be read by everybody on the way: without TLS only a server on this machine is spoken to. */
export function mailAccountFaults({ imap, smtp, secret, oauth2 }: MailAccount): readonly MailAccountFault[] {
  const open = Object.entries({ imap, smtp }).flatMap(([key, { security, host }]) =>
    security === 'none' && !isHere(host)
      ? [{ path: `${key}.security`, problem: 'may be "none" for a server on this machine only' }]
      : [],
  )
  return [...open, ...(oauth2 ? oauth2Faults(oauth2, secret) : [])]
}

interface MailAccountFault {
  readonly path: string
  readonly problem: string
}

function oauth2Faults({ tokenUrl, refreshToken }: MailOAuth2, secret: string | undefined): readonly MailAccountFault[] {
  const { protocol, hostname, username } = new URL(tokenUrl)
  const isOpen = protocol !== 'https:' && !isHere(hostname.replace(/^\[|\]$/g, ''))
  return [
    ...(isOpen ? [{ path: 'oauth2.tokenUrl', problem: 'must be https, unless it is on this machine' }] : []),
    ...(username === '' ? [] : [{ path: 'oauth2.tokenUrl', problem: 'names somebody: the secret is a file' }]),
    ...(refreshToken === undefined && secret === undefined
      ? [{ path: 'secret', problem: 'is what client credentials prove themselves with' }]
      : []),
  ]
}

function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
