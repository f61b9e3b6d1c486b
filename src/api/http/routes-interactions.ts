import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Rate } from '#api/chats'
import {
  CreatedSchema,
  IdSchema,
  InteractionDetailSchema,
  InteractionListSchema,
  InteractionQuerySchema,
  NewInteractionSchema,
} from '#api/contract'
import { isTandemError, newId } from '#base'
import type { CentreCommand } from '#kernel/centre'
import type { Wants } from '#kernel/interaction'
import { beginningRate, beginText } from './begin-text.ts'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import { withoutHiddenSupervision } from './hidden-supervision.ts'
import { viewClosed, viewOpen } from './interaction-history.ts'
import { pageOf } from './interaction-page.ts'
import type { HistoryDetail, HttpApiPorts } from './ports.ts'
import { demandNumber, viewFor } from './routes-interaction-actions.ts'
import { itemId, itemOf } from './routes-items.ts'
import { beginFax, receivedFax } from './send-fax.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, demandOver, has, requirePrimary } from './who.ts'

/** History is a few milliseconds behind as a rule; whoever asks for what just closed waits for it this long. */
const HISTORY_WAIT_MS = 1000

const IdParams = z.object({ id: IdSchema })

/** Lists, details and new interactions. An agent sees those that they are a party of. */
export function addInteractionRoutes(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  const { centre, history } = ports
  api.get(
    '/interactions',
    {
      schema: {
        summary: 'Interactions, newest first',
        querystring: InteractionQuerySchema,
        response: { 200: InteractionListSchema },
      },
    },
    async (request) => {
      const { state } = request.query
      // Open work is live, all other is history; whoever may not see that of others gets their own.
      const all = has(request, state === undefined || state === 'closed' ? 'view-history' : 'view-live')
      const own = askerOf(request).user.name
      if (!all && request.query.agent !== undefined) demandOver(request, request.query.agent, 'view-history')
      if (state === undefined || state === 'closed') await history.reached(centre.sequence(), HISTORY_WAIT_MS)
      const page = await pageOf(centre.state(), history, { ...request.query, agent: all ? request.query.agent : own })
      return { ...page, items: page.items.map((item) => viewFor(request, item)) }
    },
  )
  api.get(
    '/interactions/:id',
    {
      schema: {
        summary: 'An interaction with its timeline and why its agents were chosen',
        params: IdParams,
        response: { 200: InteractionDetailSchema },
      },
    },
    async (request) => withoutHiddenSupervision(request, await detailOf(ports, request, request.params.id)),
  )
  addCreation(api, ports, conversations)
}

function addCreation(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  const rate = beginningRate(ports.clock)
  api.post(
    '/interactions',
    {
      schema: {
        summary: 'A work item, a callback, a call, a text message, a fax, or a fax that came',
        body: NewInteractionSchema,
        response: { 201: CreatedSchema },
      },
    },
    async (request, reply) => {
      demand(request, 'create-interaction')
      requirePrimary(ports)
      const { body } = request
      const own = ownId(body)
      const interaction = own ?? newId('ix')
      const isItem = body.type === 'work-item' || body.type === 'received-fax'
      if (own === undefined || !(await wasCreated(ports, request, { id: own, isItem }))) {
        await create({ ports, conversations, rate }, request, body, interaction)
      }
      reply.code(201).header('location', `/api/v1/interactions/${interaction}`)
      return { id: interaction }
    },
  )
}

interface Creating {
  readonly ports: HttpApiPorts
  readonly conversations: Conversations
  readonly rate: Rate
}

async function create(
  { ports, conversations, rate }: Creating,
  request: FastifyRequest,
  body: z.infer<typeof NewInteractionSchema>,
  interaction: string,
): Promise<void> {
  const { centre, sms, mail } = ports
  const lacking = API_ERRORS['api.invalid']({ path: '/account', problem: 'there is no such account' })
  if (body.type === 'text') {
    if (!sms) throw lacking
    return beginText({ centre, sms }, request, body, { interaction, rate })
  }
  if (body.type === 'fax') {
    if (!mail) throw lacking
    return beginFax({ centre, mail, conversations }, request, body, { interaction, rate })
  }
  if (body.type === 'received-fax') {
    demandQueue(ports, body.queue)
    const files = await conversations.filesOf(body.documents)
    await centre.submit(receivedFax(body, interaction, files))
    return
  }
  const item = body.type === 'work-item' ? await itemOf(conversations, body) : undefined
  const made = commandFor(ports, request, body, interaction)
  const command = made.type === 'CreateWorkItem' && item ? { ...made, item } : made
  const { events } = await centre.submit([command])
  if (events.length > 0) return
  throw API_ERRORS['api.invalid']({
    path: '',
    problem: 'this cannot be begun now: is the phone of the user there and free?',
  })
}

/** A call has the id that it was given; a work item one that follows from its own, so that the same is made once, for ever. */
function ownId(body: z.infer<typeof NewInteractionSchema>): string | undefined {
  switch (body.type) {
    case 'call':
    case 'text':
    case 'fax':
      return body.id
    case 'work-item':
      return body.id === undefined ? undefined : itemId(body.id)
    case 'received-fax':
      return body.id === undefined ? undefined : itemId(`fax ${body.id}`)
    default:
      return undefined
  }
}

/** Whether it was asked for already: then it is not made again. A call's id that is another's fails. */
async function wasCreated(
  { centre, history }: HttpApiPorts,
  request: FastifyRequest,
  { id, isItem }: { readonly id: string; readonly isItem: boolean },
): Promise<boolean> {
  const mine = (parties: readonly { readonly user?: string | undefined }[]): boolean =>
    parties.some((party) => party.user === askerOf(request).user.name)
  const parties = centre.state().interactions.get(id)?.participants ?? (await history.interaction(id))?.participants
  if (!parties) return false
  if (isItem) return true
  if (!mine(parties)) throw API_ERRORS['api.invalid']({ path: '/id', problem: 'this id is taken' })
  return true
}

async function detailOf(ports: HttpApiPorts, request: FastifyRequest, id: string) {
  const { centre, history } = ports
  const sequence = centre.sequence()
  const open = centre.state().interactions.get(id)
  const own = (parties: readonly { readonly user?: string | undefined }[]): boolean =>
    parties.some((party) => party.user === askerOf(request).user.name)
  if (open) {
    if (!own(open.participants)) demand(request, 'view-live')
    return viewOpen(open, await detailOrNone(ports, id, sequence))
  }
  const reached = await history.reached(sequence, HISTORY_WAIT_MS)
  const detail = await history.interaction(id)
  if (detail?.summary) {
    if (!own(detail.participants)) demand(request, 'view-history')
    return viewClosed(detail, detail.summary)
  }
  if (!reached) throw API_ERRORS['api.history-away']()
  throw API_ERRORS['api.no-such']({ what: 'interaction', name: id })
}

/** The past of an open interaction; none while the store is away, for the present can be told without it. */
async function detailOrNone(
  { history }: HttpApiPorts,
  id: string,
  sequence: number,
): Promise<HistoryDetail | undefined> {
  try {
    await history.reached(sequence, HISTORY_WAIT_MS)
    return await history.interaction(id)
  } catch (error) {
    if (isTandemError(error)) return undefined
    throw error
  }
}

function commandFor(
  ports: HttpApiPorts,
  request: FastifyRequest,
  body: NewWork | Extract<z.infer<typeof NewInteractionSchema>, { type: 'call' }>,
  interaction: string,
): CentreCommand {
  const { configuration } = ports.centre.state()
  const by = askerOf(request).user.name
  if (body.type === 'call') {
    const user = body.user ?? by
    demandOver(request, user, 'end-interaction')
    if (!configuration.users.has(user))
      throw API_ERRORS['api.invalid']({ path: '/user', problem: 'there is no such user' })
    demandNumber(ports, request, body.to, 'call')
    return { type: 'PlaceCall', interaction, user, to: body.to }
  }
  demandQueue(ports, body.queue)
  const { priority, customer } = body
  const wants = wantsFrom(body.wants)
  const place = {
    ...{ interaction, queue: body.queue, by },
    ...(priority === undefined ? {} : { priority }),
    ...(customer === undefined ? {} : { customer }),
    ...(wants && { wants }),
  }
  return body.type === 'callback'
    ? { type: 'CreateCallback', number: body.number, ...place }
    : { type: 'CreateWorkItem', subject: body.subject, ...place }
}

function demandQueue({ centre }: HttpApiPorts, queue: string): void {
  if (centre.state().configuration.queues.has(queue)) return
  throw API_ERRORS['api.invalid']({ path: '/queue', problem: 'there is no such queue' })
}

type NewWork = Exclude<z.infer<typeof NewInteractionSchema>, { type: 'call' | 'text' | 'fax' | 'received-fax' }>

/** What was not said is not there. */
function wantsFrom(wants: NewWork['wants']): Wants | undefined {
  if (!wants) return undefined
  return Object.fromEntries(Object.entries(wants).filter(([, value]) => value !== undefined))
}
