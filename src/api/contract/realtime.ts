import { z } from 'zod'
import { DIRECTORY_MAX, MomentSchema, NameSchema } from './fields.ts'
import { InteractionSchema } from './interaction.ts'
import { AgentLiveSchema, QueueLiveSchema } from './live.ts'
import { MailboxSchema } from './mailbox.ts'
import { PresenceSchema } from './presence.ts'
import { RightsSchema } from './session.ts'

/** What a browser may follow. */
export const TopicSchema = z.enum(['queues', 'agents', 'interactions', 'mailboxes'])

/** What a browser may follow. */
export type Topic = z.infer<typeof TopicSchema>

/** The first message of a browser, and each time it wants other topics: who it is and what it has seen. */
export const ResumeSchema = z.strictObject({
  type: z.literal('resume'),
  token: z.string().max(4096),
  sequence: z.number().int().min(0).optional().describe('the last sequence seen; without it comes a snapshot'),
  topics: z.array(TopicSchema).min(1).max(4),
  colleagues: z.array(NameSchema).max(DIRECTORY_MAX).optional().describe('whose presence is told as it changes'),
})

/** What a browser says. */
export type Resume = z.infer<typeof ResumeSchema>

const rights = RightsSchema.optional()

const views = {
  rights,
  sequence: z.number().int(),
  serverTime: MomentSchema,
  queues: z.array(QueueLiveSchema),
  agents: z.array(AgentLiveSchema),
  interactions: z.array(InteractionSchema),
  mailboxes: z.array(MailboxSchema).optional().describe('those that changed, for who follows mailboxes'),
  colleagues: z.array(PresenceSchema).optional().describe('all that are followed, or those of them that changed'),
}

/**
 * What the server says. `snapshot`: all there is; forget the rest. `changes`: the present views of what changed since the
 * sequence before; a closed interaction comes once more with its state `closed`; `removed` names agents and queues that are gone.
 * `rights` stands in the first message of a connection, and in a snapshot that comes because they are others now.
 * `alive`: nothing changed. `problem`: why the connection is closed now.
 */
export const ServerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), ...views }),
  z.object({
    type: z.literal('changes'),
    ...views,
    removed: z.object({ queues: z.array(z.string()), agents: z.array(z.string()) }),
  }),
  z.object({ type: z.literal('alive'), rights, sequence: z.number().int(), serverTime: MomentSchema }),
  z.object({ type: z.literal('problem'), status: z.number().int(), detail: z.string() }),
])

/** What the server says. */
export type ServerMessage = z.infer<typeof ServerMessageSchema>

/** A message of a browser is a token and a few words; more is an attack. */
export const CLIENT_MESSAGE_BYTES_MAX = 8 * 1024

/** How often the server says that it lives: a page that hears nothing for three of these connects anew. */
export const ALIVE_EVERY_MS = 5000
