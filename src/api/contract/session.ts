import { z } from 'zod'
import { MomentSchema } from './fields.ts'

/** The roles of people, from least to most. */
export const RoleSchema = z.enum(['agent', 'attendant', 'supervisor', 'administrator'])

/** Longer passwords would let a stranger burn processor time on hashing. */
const PASSWORD_CHARS_MAX = 256

/** A password as it is typed. */
export const PasswordSchema = z.string().min(1).max(PASSWORD_CHARS_MAX)

/** Who wants to log in. */
export const LogInSchema = z.strictObject({ user: z.string().min(1).max(64), password: PasswordSchema })

/** A log-in that succeeded: send `token` as bearer token from now on. */
export const SessionSchema = z.object({
  token: z.string(),
  user: z.string(),
  displayName: z.string(),
  role: RoleSchema,
  expiresAt: MomentSchema,
  /** Where phones register and call, at this host: UDP and TCP. */
  sipPort: z.number(),
})

/** A log-in that succeeded. */
export type Session = z.infer<typeof SessionSchema>
