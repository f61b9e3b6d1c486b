import { z } from 'zod'
import { momentOrNull, NameSchema, type WebhookStatus, WebhookStatusSchema, WebhookTestSchema } from '#api/contract'
import { isTandemError } from '#base'
import type { Webhook } from '#kernel/config'
import type { WebhookPosition } from '#seams/store'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { demand, requirePrimary } from './who.ts'

/** How webhooks go, and a test of one. What they are is configured like everything else; their addresses are an administrator's alone. */
export function addWebhookRoutes(api: Server, ports: HttpApiPorts): void {
  const { webhooks, centre } = ports
  const list = {
    summary: 'How webhooks go: how far each is behind, and what failed last',
    response: { 200: z.array(WebhookStatusSchema) },
  }
  api.get('/webhooks', { schema: list }, async (request) => {
    demand(request, 'change-configuration')
    const positions = await positionsOf(webhooks)
    const { configurationState, configuration } = centre.state()
    return [...configuration.webhooks.values()].map((webhook) => {
      const version = configurationState.lastChanges.get(`webhook:${webhook.name}`)?.version
      return statusOf(
        webhook,
        positions.find((one) => one.webhook === webhook.name),
        { version, head: centre.sequence() },
      )
    })
  })
  const test = {
    summary: 'Send a test event now, once, beside all others',
    params: z.object({ name: NameSchema }),
    response: { 200: WebhookTestSchema },
  }
  api.post('/webhooks/:name/test', { schema: test }, async (request) => {
    demand(request, 'change-configuration')
    const { name } = request.params
    const webhook = centre.state().configuration.webhooks.get(name)
    if (!webhook) throw API_ERRORS['api.no-such']({ what: 'webhook', name })
    requirePrimary(ports)
    const outcome = await webhooks.test(webhook)
    if (!outcome) throw API_ERRORS['api.no-primary']()
    if (outcome.is === 'taken') return { taken: true, problem: null }
    return {
      taken: false,
      problem: outcome.is === 'gone' ? 'the receiver says that it is gone (410)' : outcome.problem,
    }
  })
}

async function positionsOf(webhooks: HttpApiPorts['webhooks']): Promise<readonly WebhookPosition[]> {
  try {
    return await webhooks.positions()
  } catch (cause) {
    if (isTandemError(cause, 'store.unreachable')) throw API_ERRORS['api.history-away']({}, cause)
    throw cause
  }
}

function statusOf(
  webhook: Webhook,
  position: WebhookPosition | undefined,
  { version, head }: { readonly version: number | undefined; readonly head: number },
): WebhookStatus {
  const { name, url, events } = webhook
  return {
    ...{ name, url, events: [...events] },
    state: stateOf(webhook, position, version, head),
    sequence: position?.sequence ?? null,
    behind: position ? Math.max(0, head - position.sequence) : 0,
    deliveredAt: momentOrNull(position?.deliveredAt),
    failures: position?.failures ?? 0,
    failingSince: momentOrNull(position?.failingSince),
    problem: position?.problem ?? null,
  }
}

function stateOf(
  { paused }: Webhook,
  position: WebhookPosition | undefined,
  version: number | undefined,
  head: number,
): WebhookStatus['state'] {
  if (paused) return 'paused'
  if (!position) return 'beginning'
  if (position.goneVersion !== undefined && position.goneVersion === version) return 'gone'
  if (position.failures > 0) return 'failing'
  return position.sequence < head ? 'sending' : 'up to date'
}
