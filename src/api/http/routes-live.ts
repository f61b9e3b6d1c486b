import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  ActivateQueueSchema,
  type AgentLive,
  AgentLiveSchema,
  ChooseStationSchema,
  ChooseStatusSchema,
  ClusterSchema,
  NameSchema,
  NotePresenceSchema,
  type QueueLive,
  QueueLiveSchema,
  QueueSchema,
} from '#api/contract'
import { QueueMembers, viewAgent, viewQueues } from '#api/live'
import type { CentreCommand } from '#kernel/centre'
import { type Queue, serviceLevelOf, type User } from '#kernel/config'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, demandOver, has, requirePrimary } from './who.ts'

const UserParams = z.object({ user: NameSchema })
const QueueParams = z.object({ name: NameSchema })

/** Queues, agents and the pool as they stand now. An agent sees only themselves and the queues they serve. */
export function addLiveRoutes(api: Server, ports: HttpApiPorts): void {
  addQueueRoutes(api, ports)
  addAgentRoutes(api, ports)
  api.get('/cluster', { schema: { summary: 'The pool', response: { 200: ClusterSchema } } }, async (request) => {
    demand(request, 'view-cluster')
    return ports.cluster()
  })
}

function addQueueRoutes(api: Server, { centre, clock }: HttpApiPorts): void {
  const members = new QueueMembers()
  const visible = (request: FastifyRequest): ReadonlySet<string> | undefined =>
    has(request, 'view-live')
      ? undefined
      : new Set(members.queuesOf(centre.state().configuration, askerOf(request).user.name))
  const live = (names?: ReadonlySet<string>): QueueLive[] =>
    viewQueues(centre.state(), { members, now: clock.now() }, names)
  api.get(
    '/queues',
    { schema: { summary: 'All queues', response: { 200: z.array(QueueSchema) } } },
    async (request) => {
      const { queues, numbers } = centre.state().configuration
      const names = visible(request)
      const numbersOf = (name: string): string[] =>
        [...numbers].filter(([, to]) => to.type === 'queue' && to.queue === name).map(([number]) => number)
      return [...queues.values()]
        .filter((queue) => !names || names.has(queue.name))
        .map((queue) => ({ ...viewConfigured(queue), numbers: numbersOf(queue.name) }))
    },
  )
  api.get(
    '/queues/live',
    { schema: { summary: 'All queues as they stand now', response: { 200: z.array(QueueLiveSchema) } } },
    async (request) => live(visible(request)),
  )
  api.get(
    '/queues/:name/live',
    { schema: { summary: 'A queue as it stands now', params: QueueParams, response: { 200: QueueLiveSchema } } },
    async (request) => {
      const { name } = request.params
      const names = visible(request)
      if (names && !names.has(name)) demand(request, 'view-live')
      const found = live(new Set([name])).at(0)
      if (!found) throw API_ERRORS['api.no-such']({ what: 'queue', name })
      return found
    },
  )
}

function viewConfigured(queue: Queue): Omit<z.infer<typeof QueueSchema>, 'numbers'> {
  const { name, skills, priority, ringTimeoutMs, wrapUpMs, recorded } = queue
  return {
    name,
    skills: { ...skills },
    priority,
    ringTimeoutMs,
    wrapUpMs,
    recorded,
    serviceLevel: serviceLevelOf(queue),
  }
}

function addAgentRoutes(api: Server, ports: HttpApiPorts): void {
  const { centre, clock } = ports
  const members = new QueueMembers()
  const view = (user: User) => viewAgent(centre.state(), { members, now: clock.now() }, user)
  api.get(
    '/agents/live',
    { schema: { summary: 'All agents as they stand now', response: { 200: z.array(AgentLiveSchema) } } },
    async (request) => {
      const all = has(request, 'view-live')
      const users = [...centre.state().configuration.users.values()]
      return users.filter((user) => all || user.name === askerOf(request).user.name).map(view)
    },
  )
  api.get(
    '/agents/:user/live',
    { schema: { summary: 'An agent as they stand now', params: UserParams, response: { 200: AgentLiveSchema } } },
    async (request) => {
      demandOver(request, request.params.user, 'view-live')
      return view(userOf(ports, request.params.user))
    },
  )
  const status = {
    summary: 'Choose a status',
    params: UserParams,
    body: ChooseStatusSchema,
    response: { 200: AgentLiveSchema },
  }
  api.post('/agents/:user/status', { schema: status }, async (request) => {
    const { user: name } = request.params
    demand(request, 'set-own-status')
    demandOver(request, name, 'set-any-status')
    requirePrimary(ports)
    const user = userOf(ports, name)
    const { status, reason, note } = request.body
    await centre.submit([
      { type: 'ChooseStatus', user: name, status, ...(reason === undefined ? {} : { reason }) },
      ...(note === undefined ? [] : [noteBy(request, name, note)]),
    ])
    return view(user)
  })
  addNoteRoute(api, ports, view)
  addStationRoute(api, ports, view)
  addActivationRoute(api, ports, view)
}

/** What colleagues read beside the status (AGS-05); whoever may set the status of others sets their note (AGS-07). */
function addNoteRoute(api: Server, ports: HttpApiPorts, view: (user: User) => AgentLive): void {
  const schema = {
    summary: 'Say what colleagues shall read beside your status',
    params: UserParams,
    body: NotePresenceSchema,
    response: { 200: AgentLiveSchema },
  }
  api.put('/agents/:user/note', { schema }, async (request) => {
    const { user: name } = request.params
    demand(request, 'set-own-status')
    demandOver(request, name, 'set-any-status')
    requirePrimary(ports)
    const user = userOf(ports, name)
    await ports.centre.submit([noteBy(request, name, request.body.note)])
    return view(user)
  })
}

function noteBy(request: FastifyRequest, user: string, note: string | null): CentreCommand {
  return { type: 'NotePresence', user, by: askerOf(request).user.name, ...(note === null ? {} : { note }) }
}

/** An agent works at a telephone number outside (TEL-18), or at its own phone again. */
function addStationRoute(api: Server, ports: HttpApiPorts, view: (user: User) => AgentLive): void {
  const schema = {
    summary: 'Choose where you are rung: at a telephone number outside until you log off, or at your own phone',
    params: UserParams,
    body: ChooseStationSchema,
    response: { 200: AgentLiveSchema },
  }
  api.put('/agents/:user/station', { schema }, async (request) => {
    const { user: name } = request.params
    const { number } = request.body
    demand(request, 'set-own-status')
    demandOver(request, name, 'set-any-status')
    requirePrimary(ports)
    const user = userOf(ports, name)
    await ports.centre.submit([{ type: 'ChooseStation', user: name, ...(number === null ? {} : { number }) }])
    return view(user)
  })
}

/** An agent takes work of a queue or does not, whatever its skills say (ACD-11). */
function addActivationRoute(api: Server, ports: HttpApiPorts, view: (user: User) => AgentLive): void {
  const schema = {
    summary: 'Take work of a queue, or no more',
    params: z.object({ user: NameSchema, queue: NameSchema }),
    body: ActivateQueueSchema,
    response: { 200: AgentLiveSchema },
  }
  api.put('/agents/:user/queues/:queue', { schema }, async (request) => {
    const { user: name, queue } = request.params
    demand(request, 'set-own-status')
    demandOver(request, name, 'set-any-status')
    requirePrimary(ports)
    const user = userOf(ports, name)
    await ports.centre.submit([{ type: 'ActivateQueue', user: name, queue, active: request.body.active }])
    return view(user)
  })
}

function userOf({ centre }: HttpApiPorts, name: string): User {
  const user = centre.state().configuration.users.get(name)
  if (!user) throw API_ERRORS['api.no-such']({ what: 'user', name })
  return user
}
