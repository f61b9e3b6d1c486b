import { z } from 'zod'
import { viewAlerts, viewCrossing, viewPastAlert } from '#api/alerts'
import { AcknowledgeSchema, AlertListSchema, AlertQuerySchema, AlertSchema, IdSchema } from '#api/contract'
import { alertOf } from '#kernel/alert'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, requirePrimary } from './who.ts'

const Params = z.object({ id: IdSchema })

/** What is worth attention, what was, and who takes care of it. */
export function addAlertRoutes(api: Server, ports: HttpApiPorts): void {
  const { centre, history } = ports
  const present = { summary: 'Alerts that go on', response: { 200: z.array(AlertSchema) } }
  api.get('/alerts', { schema: present }, async (request) => {
    demand(request, 'view-live')
    return [...viewAlerts(centre.state())]
  })
  const past = { summary: 'Alerts of the past', querystring: AlertQuerySchema, response: { 200: AlertListSchema } }
  api.get('/alerts/history', { schema: past }, async (request) => {
    demand(request, 'view-history')
    const { limit, after } = request.query
    const found = await history.alerts({ limit, before: after })
    const last = found.length < limit ? undefined : found.at(-1)
    return { items: found.flatMap(({ events }) => viewPastAlert(events) ?? []), next: last?.sequence ?? null }
  })
  addAnswers(api, ports)
}

/** The alert is answered by all who see it: the first of them takes care, and everybody knows. */
function addAnswers(api: Server, ports: HttpApiPorts): void {
  const { centre } = ports
  const going = (id: string) => {
    const crossing = alertOf(centre.state().alerts, id)
    const view = crossing && viewCrossing(crossing)
    if (!view) throw API_ERRORS['api.no-such']({ what: 'alert that goes on', name: id })
    return view
  }
  const acknowledge = {
    summary: 'Say that you take care of an alert',
    params: Params,
    body: AcknowledgeSchema.nullish(),
    response: { 200: AlertSchema },
  }
  api.post('/alerts/:id/acknowledge', { schema: acknowledge }, async (request) => {
    demand(request, 'acknowledge-alert')
    requirePrimary(ports)
    const { id } = request.params
    going(id)
    const note = request.body?.note
    const by = askerOf(request).user.name
    await centre.submit([{ type: 'AcknowledgeAlert', alert: id, by, ...(note !== undefined && { note }) }])
    return going(id)
  })
  const see = { summary: 'Say that an alert stands on your page', params: Params, response: { 200: AlertSchema } }
  api.post('/alerts/:id/seen', { schema: see }, async (request) => {
    demand(request, 'view-live')
    requirePrimary(ports)
    const { id } = request.params
    going(id)
    await centre.submit([{ type: 'SeeAlert', alert: id, user: askerOf(request).user.name }])
    return going(id)
  })
}
