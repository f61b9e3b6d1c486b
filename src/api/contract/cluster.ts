import { z } from 'zod'
import { MomentSchema } from './fields.ts'

/** Something that a process does, or a machine has, and whether it is well. */
const ModuleSchema = z.looseObject({ name: z.string(), healthy: z.boolean(), detail: z.string().optional() })

/** One core, edge, media or archive process of the pool. */
export const MemberSchema = z.looseObject({
  name: z.string(),
  role: z.string().describe('primary, backup, edge, media, archive'),
  node: z.string().optional().describe('the machine that it runs on'),
  release: z.string().optional(),
  address: z.string().nullable().optional(),
  term: z.number().int().nullable().optional(),
  position: z.number().int().nullable().optional().describe('the newest event it has folded'),
  lag: z.number().int().nullable().optional().describe('how many events it is behind the log'),
  carries: z.number().int().optional().describe('of an edge or media process: legs of calls that stand on it'),
  modules: z.array(ModuleSchema).optional(),
})

/** A machine of the pool: what it lends to all of its processes. */
export const MachineSchema = z.object({
  node: z.string(),
  modules: z.array(ModuleSchema).describe('memory, processor, and the folder of files and recordings'),
})

/** How a core sees the switchover: states and connections in words, and what happened last. */
export const SwitchoverSchema = z.looseObject({
  state: z.string().describe('primary, backup or reconnecting, with what goes beside it'),
  pair: z.string().describe('active, upgrade-higher or upgrade-lower'),
  network: z.string().describe('whether this machine is on the network, and by which probe'),
  host: z.string().describe('whether the primary’s host answers'),
  connections: z.string().describe('main and auxiliary connection to the primary'),
  probes: z.array(
    z.looseObject({ address: z.string(), step: z.string(), weight: z.boolean(), lastAnswered: z.boolean() }),
  ),
  happened: z.array(z.object({ at: MomentSchema, what: z.string() })),
})

/** Which of the database's hosts is used, and who copies it: a standby, or a second site. */
export const DatabaseSchema = z.object({
  host: z.string().describe('host:port'),
  place: z.number().int().describe('in the list of the URL, from 1: another one is used when the first is away'),
  hosts: z.number().int(),
  copies: z
    .array(
      z.object({
        name: z.string().describe('its application_name'),
        address: z.string().nullable(),
        state: z.string().nullable().describe('in the words of PostgreSQL; null: the account may not see it'),
        behindBytes: z.number().nullable().describe('what it has not applied yet'),
        behindMs: z.number().nullable().describe('how late its last commits were applied; null: nothing is written'),
      }),
    )
    .nullable()
    .describe('null: the database does not answer'),
})

/** A takeover or switchover that was. */
export const TakeoverSchema = z.looseObject({
  at: MomentSchema,
  term: z.number().int(),
  to: z.string(),
  from: z.string().nullable(),
  why: z.string(),
  leaseMs: z.number().describe('from the first sign that something was the matter until the lease was granted'),
  callsMs: z.number().nullable().describe('from the lease until edge and media obeyed'),
})

/** Which core, machine or life shall be primary; without a name, the backup that is nearest to the log’s head. */
export const SwitchoverInputSchema = z.strictObject({ to: z.string().min(1).max(100).optional() })

/** Which machine or core takes no new work. */
export const DrainInputSchema = z.strictObject({ name: z.string().min(1).max(100) })

/** The newest format that the log may be written in. */
export const LevelInputSchema = z.strictObject({ level: z.number().int().min(1).max(1000) })

/** Who is primary and who will be; `switching` is false when nothing had to be done. */
export const SwitchoverAnswerSchema = z.object({ from: z.string(), to: z.string(), switching: z.boolean() })

/** The format of the log as it is now. */
export const LevelSchema = z.object({ level: z.number().int() })

/** What is not in the database yet because that does not take it, where it lies, and what the other machines say to that. */
export const WaitsSchema = z.looseObject({
  since: MomentSchema.describe('when the database did not take an event in time'),
  events: z.number().int().describe('events that callers and agents have seen and the database has not'),
  bytes: z.number().int(),
  refusing: z.string().nullable().describe('why nothing new is taken just now'),
  others: z
    .array(
      z.looseObject({
        core: z.string(),
        known: z.boolean().describe('whether nothing may be let out without it'),
        said: z.string().describe('consents, reaches the database, knows a newer primary, does not confirm'),
        holds: z.number().int().nullable().describe('the newest event that is on its disk'),
      }),
    )
    .describe('the cores that keep the events too, as they answered last'),
})

/** How it stands with an account for mails or text messages. */
export const AccountStateSchema = z.object({
  medium: z.enum(['email', 'sms']),
  account: z.string(),
  connected: z.boolean(),
  since: MomentSchema.describe('since when it is connected, or is not'),
  problem: z.string().nullable().describe('what went wrong last, also when it is mended'),
  waiting: z.number().int().describe('what has not left yet'),
})

/** The pool: who is primary, in which term, how far each has come. */
export const ClusterSchema = z.looseObject({
  primary: z.string().nullable(),
  term: z.number().int(),
  position: z.number().int().describe('the newest event in the log'),
  cores: z.array(MemberSchema),
  others: z.array(MemberSchema).optional(),
  machines: z.array(MachineSchema).optional().describe('as each said within the last minute'),
  switchover: SwitchoverSchema.optional().describe('as the core sees it that answers'),
  waits: WaitsSchema.nullable().optional().describe('what waits for the database, as the primary knows it'),
  database: DatabaseSchema.optional().describe('as the core sees it that answers'),
  accounts: z.array(AccountStateSchema).optional().describe('of mails and text messages, as the primary knows them'),
  takeovers: z.array(TakeoverSchema).optional().describe('oldest first'),
  draining: z.array(z.object({ name: z.string(), by: z.string(), at: MomentSchema })).optional(),
  level: z.number().int().optional().describe('the format that the log is written in'),
  diagnoses: z
    .array(z.string())
    .optional()
    .describe('what was kept at failures, in the data folder of the core that answers'),
})

/** Which of the database's hosts is used, and who copies it. */
export type DatabaseView = z.infer<typeof DatabaseSchema>

/** The pool as `GET /cluster` shows it. */
export type Cluster = z.infer<typeof ClusterSchema>
