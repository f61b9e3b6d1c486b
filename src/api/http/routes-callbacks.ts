import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Rate } from '#api/chats'
import { CallbackBegunSchema, CallbackSchema, IdSchema, momentOrNull, NewCallbackSchema } from '#api/contract'
import { SESSION_ERRORS } from '#api/sessions'
import type { Millis } from '#base'
import { type Configuration, isOpen, momentAt } from '#kernel/config'
import { type Interaction, isConnected } from '#kernel/interaction'
import { API_ERRORS } from './errors.ts'
import { letOthersAsk, slow } from './open-routes.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { requirePrimary } from './who.ts'

/** An office behind one address; a script that asks for more is slowed. */
const CALLBACKS_MAX = 10
/** Nobody asks for more calls to one telephone; who does wants to annoy its owner. */
const SAME_NUMBER_MAX = 3
const WITHIN_MS = 3_600_000
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
    const { key, queue, number, at } = request.body
    requirePrimary(ports)
    slow(asked, request.ip)
    const { configuration } = centre.state()
    if (!configuration.queues.get(queue)?.visitors) throw API_ERRORS['api.no-callbacks']({ queue })
    const moment = at && momentFor(configuration, queue, at, clock.now())
    const id = callbackId(key)
    if (!centre.state().interactions.has(id)) slow(numbers, number)
    await centre.submit([
      { type: 'CreateCallback', interaction: id, number, queue, ...(moment === undefined ? {} : { at: moment }) },
    ])
    reply.code(201).header('cache-control', 'no-store')
    return { id, token: tokens.issueVisitor(id), at: momentOrNull(dueOf(centre.state().interactions.get(id))) }
  })
  const customer = (request: FastifyRequest, id: string): void => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !token) throw SESSION_ERRORS['session.missing']()
    if (tokens.verifyVisitor(token) !== id) throw SESSION_ERRORS['session.over']()
  }
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

/** The moment that is meant; refused when it is none, too far ahead, or the queue is closed then. */
function momentFor(
  { queues, schedules }: Configuration,
  queue: string,
  { local, timeZone }: { readonly local: string; readonly timeZone: string },
  now: Millis,
): Millis {
  const moment = momentAt(timeZone, local)
  const fault = (problem: string) => API_ERRORS['api.invalid']({ path: '/at', problem })
  if (moment === undefined) throw fault('is no time of a known time zone')
  if (moment < now || moment > now + AHEAD_MS_MAX) throw fault('must be in the next 30 days')
  for (const { when } of queues.get(queue)?.overflow ?? []) {
    const schedule = when.type === 'closed' ? schedules.get(when.schedule) : undefined
    if (schedule && !isOpen(schedule, moment)) throw fault('nobody works then')
  }
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
