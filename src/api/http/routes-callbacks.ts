import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Rate } from '#api/chats'
import {
  CallbackBegunSchema,
  CallbackOfferSchema,
  CallbackSchema,
  IdSchema,
  momentOrNull,
  NameSchema,
  NewCallbackSchema,
} from '#api/contract'
import { SESSION_ERRORS } from '#api/sessions'
import type { Millis } from '#base'
import { isOnDuty } from '#kernel/agent'
import { type Configuration, isOpen, momentAt } from '#kernel/config'
import { customerOf, type Interaction, isConnected } from '#kernel/interaction'
import { servesQueue } from '#kernel/routing'
import { API_ERRORS } from './errors.ts'
import { demandVisitor, letOthersAsk, slow } from './open-routes.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { requirePrimary } from './who.ts'

/** An office behind one address; a script that asks for more is slowed. */
const CALLBACKS_MAX = 10
/** Nobody asks for more calls to one telephone; who does wants to annoy its owner. */
const SAME_NUMBER_MAX = 3
const WITHIN_MS = 3_600_000
/** Callbacks that wait in the pool: more than a centre calls in a day, which floods from many addresses would make up. */
const WAITING_MAX = 2_000
/** Whoever is told that so many wait asks again then. */
const FULL_SECONDS = 600
/** A page asks when it opens, and again while its visitor looks at it. */
const OFFERS_MAX = 120
const OFFERS_WITHIN_MS = 60_000
/** Further ahead nobody knows who works. */
const AHEAD_MS_MAX = 30 * 86_400_000

const IdParams = z.object({ id: IdSchema })

/** A visitor of the website asks to be called (DIG-04, DIG-05): now, holding a place, or at a time by its own clock; looks how it stands, and takes it back. */
export function addCallbackRoutes(api: Server, ports: HttpApiPorts): void {
  letOthersAsk(api, '/callbacks')
  const { centre, tokens, clock } = ports
  const asked = new Rate(clock, CALLBACKS_MAX, WITHIN_MS)
  const numbers = new Rate(clock, SAME_NUMBER_MAX, WITHIN_MS)
  const begin = { summary: 'Ask to be called, as a visitor', security: [], body: NewCallbackSchema }
  api.post('/callbacks', { schema: { ...begin, response: { 201: CallbackBegunSchema } } }, async (request, reply) => {
    const { key, queue, number, at, about, consent, chat } = request.body
    requirePrimary(ports)
    slow(asked, request.ip)
    const { configuration } = centre.state()
    if (!configuration.queues.get(queue)?.visitors) throw API_ERRORS['api.no-callbacks']({ queue })
    const moment = at && momentFor(configuration, queue, at, clock.now())
    const id = callbackId(key)
    if (!centre.state().interactions.has(id)) {
      slow(numbers, customerOf({ from: number, direction: 'outbound' }) ?? number)
      refuseWhenMany(centre.state().interactions)
    }
    if (chat && tokens.verifyVisitor(chat.token) !== chat.id) throw SESSION_ERRORS['session.over']()
    const more = {
      ...(moment === undefined ? {} : { at: moment }),
      ...(about === undefined ? {} : { subject: about }),
      ...(consent === undefined ? {} : { consent }),
    }
    await centre.submit([
      ...(chat ? [{ type: 'IdentifyCustomer', interaction: chat.id, customer: number } as const] : []),
      { type: 'CreateCallback', interaction: id, number, queue, ...more },
    ])
    reply.code(201).header('cache-control', 'no-store')
    return { id, token: tokens.issueVisitor(id), at: momentOrNull(dueOf(centre.state().interactions.get(id))) }
  })
  addOffer(api, ports)
  const customer = (request: FastifyRequest, id: string): void => demandVisitor(ports, request, id)
  const look = { summary: 'How it stands with a callback', security: [], params: IdParams }
  api.get('/callbacks/:id', { schema: { ...look, response: { 200: CallbackSchema } } }, async (request) => {
    const { id } = request.params
    customer(request, id)
    const interaction = centre.state().interactions.get(id)
    return { id, state: stateOf(interaction), at: momentOrNull(dueOf(interaction)) }
  })
  const cancel = { summary: 'Take a callback back', security: [], params: IdParams }
  api.post('/callbacks/:id/cancel', { schema: cancel }, async (request, reply) => {
    const { id } = request.params
    customer(request, id)
    requirePrimary(ports)
    const state = stateOf(centre.state().interactions.get(id))
    if (state === 'talking') throw API_ERRORS['api.unfitting']({ interaction: id, state })
    await centre.submit([{ type: 'End', interaction: id, by: 'customer' }])
    return reply.code(204).send()
  })
}

function addOffer(api: Server, { centre, clock, mail }: HttpApiPorts): void {
  const looked = new Rate(clock, OFFERS_MAX, OFFERS_WITHIN_MS)
  const look = { summary: 'Whether a queue may be asked for a callback', security: [] }
  const querystring = z.strictObject({ queue: NameSchema })
  const schema = { ...look, querystring, response: { 200: CallbackOfferSchema } }
  api.get('/callbacks', { schema }, async (request) => {
    slow(looked, request.ip)
    const { configuration, agents } = centre.state()
    const queue = configuration.queues.get(request.query.queue)
    if (!queue?.visitors) return { callbacks: false, open: false, staffed: false }
    return {
      callbacks: true,
      open: isOpenAt(configuration, queue.name, clock.now()),
      staffed: [...agents.values()].some((agent) => {
        const user = configuration.users.get(agent.user)
        return user && isOnDuty(agent) && servesQueue(user, queue)
      }),
      ...(mail && configuration['mail-accounts'].size > 0 && { transcripts: true }),
    }
  })
}

function refuseWhenMany(interactions: ReadonlyMap<string, Interaction>): void {
  let waiting = 0
  for (const { medium } of interactions.values()) if (medium === 'callback') waiting++
  if (waiting >= WAITING_MAX) throw API_ERRORS['api.too-fast']({ seconds: FULL_SECONDS })
}

function isOpenAt({ queues, schedules }: Configuration, queue: string, moment: Millis): boolean {
  return (queues.get(queue)?.overflow ?? []).every(({ when }) => {
    const schedule = when.type === 'closed' ? schedules.get(when.schedule) : undefined
    return !schedule || isOpen(schedule, moment)
  })
}

/** The moment that is meant; refused when it is none, too far ahead, or the queue is closed then. */
function momentFor(
  configuration: Configuration,
  queue: string,
  { local, timeZone }: { readonly local: string; readonly timeZone: string },
  now: Millis,
): Millis {
  const moment = momentAt(timeZone, local)
  const fault = (problem: string) => API_ERRORS['api.invalid']({ path: '/at', problem })
  if (moment === undefined) throw fault('is no time of a known time zone')
  if (moment < now || moment > now + AHEAD_MS_MAX) throw fault('must be in the next 30 days')
  if (!isOpenAt(configuration, queue, moment)) throw fault('nobody works then')
  return moment
}

/** The same key is the same callback, and nobody who sees it learns the key. */
function callbackId(key: string): string {
  return `ix-${createHash('sha256').update(`callback ${key}`).digest('hex').slice(0, 24)}`
}

function dueOf(interaction: Interaction | undefined): Millis | undefined {
  return interaction?.phase.state === 'created' ? interaction.phase.due?.at : undefined
}

function stateOf(interaction: Interaction | undefined): z.infer<typeof CallbackSchema>['state'] {
  switch (interaction?.phase.state) {
    case undefined:
    case 'wrapping-up':
      return 'over'
    case 'created':
      return 'scheduled'
    case 'in-flow':
    case 'queued':
      return 'waiting'
    case 'offered':
      return 'calling'
    default:
      return interaction?.participants.some((one) => one.kind === 'customer' && isConnected(one))
        ? 'talking'
        : 'calling'
  }
}
