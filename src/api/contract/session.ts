import { z } from 'zod'
import { RIGHT_NAMES } from '#kernel/permission'
import { MomentSchema } from './fields.ts'

/** The name of what a person is: `agent`, `attendant`, `supervisor`, `administrator`, or a configured role. */
export const RoleSchema = z.string().min(1).max(64)

/** What a person may do. */
export const RightsSchema = z.array(z.enum(RIGHT_NAMES)).describe('what you may do now; a change is told by /ws')

/** Longer passwords would let a stranger burn processor time on hashing. */
const PASSWORD_CHARS_MAX = 256

/** A password as it is typed. */
export const PasswordSchema = z.string().min(1).max(PASSWORD_CHARS_MAX)

/** Who wants to log in. */
export const LogInSchema = z.strictObject({ user: z.string().min(1).max(64), password: PasswordSchema })

/** A new password of one's own, and the one until now: a page that stands open is no proof of who sits at it. */
export const OwnPasswordSchema = z.strictObject({ current: PasswordSchema, password: PasswordSchema })

/** A log-in that succeeded: send `token` as bearer token from now on. */
export const SessionSchema = z.object({
  token: z.string(),
  user: z.string(),
  displayName: z.string(),
  role: RoleSchema,
  rights: RightsSchema,
  expiresAt: MomentSchema,
  /** Where phones register and call, at this host: UDP and TCP. */
  sipPort: z.number(),
  servers: z
    .array(z.string())
    .optional()
    .describe(
      'other machines that serve pages and API, where the parameter Page Servers names them: any of them takes your token',
    ),
})

/** A log-in that succeeded. */
export type Session = z.infer<typeof SessionSchema>
