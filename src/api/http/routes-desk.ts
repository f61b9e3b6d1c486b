import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  DeskSettingsSchema,
  DirectoryEntrySchema,
  DirectoryQuerySchema,
  IdSchema,
  moment,
  NameSchema,
  NoteSchema,
  TodaySchema,
} from '#api/contract'
import { searchDirectory } from '#api/live'
import { dayStart } from '#api/reports'
import { notReadyReasonsOf, timeZoneOf } from '#kernel/config'
import { type Interaction, isLive } from '#kernel/interaction'
import { figureId, figuresOf, figureValue } from '#kernel/statistics'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import { addThreadRoute } from './routes-thread.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, demandOver, has, requirePrimary } from './who.ts'

const IdParams = z.object({ id: IdSchema })

/** What an agent's page asks for besides what moves: settings, colleagues, notes, the customer's past, own figures. */
export function addDeskRoutes(api: Server, ports: HttpApiPorts): void {
  const { centre, clock, logOns } = ports
  const settings = { summary: 'What an agent’s page must know', response: { 200: DeskSettingsSchema } }
  api.get('/desk', { schema: settings }, async (request) => {
    const { parameters, queues, 'sms-accounts': accounts, 'mail-accounts': mails } = centre.state().configuration
    const mayBegin = has(request, 'write-outside')
    const texts = mayBegin ? [...accounts.values()] : []
    const faxes = mayBegin ? [...mails.values()].filter(({ fax }) => fax !== undefined) : []
    return {
      faxAccounts: faxes.map(({ name, address }) => ({ name, address })),
      textAccounts: texts.map(({ name, address }) => ({ name, address })),
      notReadyReasons: [...notReadyReasonsOf(parameters)],
      queues: [...queues.values()].map(({ name, wrapUpCodes, wrapUpCodeRequired, wrapUpMs, wrapUpMaxMs = 0 }) => ({
        name,
        wrapUpCodes: wrapUpCodes ? [...wrapUpCodes] : null,
        wrapUpCodeRequired: wrapUpCodeRequired ?? false,
        wrapUpMaxMs: Math.max(wrapUpMs, wrapUpMaxMs),
      })),
    }
  })
  const directory = {
    summary: 'People, queues and numbers that a call can be given to',
    querystring: DirectoryQuerySchema,
    response: { 200: z.array(DirectoryEntrySchema) },
  }
  api.get('/directory', { schema: directory }, async (request) => {
    demand(request, 'create-interaction')
    return searchDirectory(centre.state(), request.query, {
      now: clock.now(),
      isLoggedOn: (user) => logOns.isOn(user),
    })
  })
  addTodayRoute(api, ports)
  addNoteRoutes(api, ports)
  addThreadRoute(api, ports)
}

function addTodayRoute(api: Server, { centre, clock }: HttpApiPorts): void {
  const schema = {
    summary: 'What an agent has done since midnight where the centre is',
    params: z.object({ user: NameSchema }),
    response: { 200: TodaySchema },
  }
  api.get('/agents/:user/today', { schema }, async (request) => {
    const { user } = request.params
    demandOver(request, user, 'view-live')
    const { configuration, statistics } = centre.state()
    const now = clock.now()
    // A centre with more agents than memory keeps a day of is told from when on.
    const since = Math.max(dayStart(now, timeZoneOf(configuration.parameters)), statistics.kept.from('agent'))
    const sums = statistics.since('agent', user, since, now)
    return {
      since: moment(since),
      asOf: moment(now),
      figures: Object.fromEntries(figuresOf('agent').map((figure) => [figureId(figure), figureValue(figure, sums)])),
    }
  })
}

function addNoteRoutes(api: Server, ports: HttpApiPorts): void {
  const read = { summary: 'What you have written down of it', params: IdParams, response: { 200: NoteSchema } }
  api.get('/interactions/:id/note', { schema: read }, async (request) => {
    const { note } = partOf(request, openOf(ports, request.params.id))
    return { ...note }
  })
  const write = {
    summary: 'Write down what it is about, while you work on it',
    params: IdParams,
    body: NoteSchema,
    response: { 200: NoteSchema },
  }
  api.put('/interactions/:id/note', { schema: write }, async (request) => {
    requirePrimary(ports)
    const interaction = openOf(ports, request.params.id)
    partOf(request, interaction)
    const { code, text } = request.body
    await ports.centre.submit([
      {
        ...{ type: 'Note', interaction: interaction.id, user: askerOf(request).user.name },
        ...(code === undefined ? {} : { code }),
        ...(text === undefined || text === '' ? {} : { text }),
      },
    ])
    return request.body
  })
}

function openOf({ centre }: HttpApiPorts, id: string): Interaction {
  const interaction = centre.state().interactions.get(id)
  if (!interaction) throw API_ERRORS['api.over']({ interaction: id })
  return interaction
}

/** The asking user's part in it, at work or after. */
function partOf(request: FastifyRequest, { id, participants }: Interaction) {
  const own = participants.find(
    (one) => one.user === askerOf(request).user.name && (isLive(one) || one.wrapUp !== undefined),
  )
  if (!own) throw API_ERRORS['api.not-a-party']({ interaction: id })
  return own
}
