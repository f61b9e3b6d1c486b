import { z } from 'zod'
import { type ContactView, IdSchema, moment, ThreadQuerySchema, ThreadSchema } from '#api/contract'
import { isTandemError } from '#base'
import type { CentreState } from '#kernel/centre'
import { customerOf, type Interaction, type Message, queueOf } from '#kernel/interaction'
import { API_ERRORS } from './errors.ts'
import { viewSummary } from './interaction-history.ts'
import { decodeKey, encodeKey } from './interaction-page.ts'
import type { HistoryContact, HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand } from './who.ts'

/** What is shown of an open conversation, as of closed ones. */
const LINES_MAX = 20
const LINE_CHARS_MAX = 500
/** Nobody has more contacts at once; what has is a machine. */
const OPEN_MAX = 20

const IdParams = z.object({ id: IdSchema })

/** All contacts of the customer of an open interaction, by whatever medium, in one thread. */
export function addThreadRoute(api: Server, ports: HttpApiPorts): void {
  const { centre, history } = ports
  const schema = {
    summary: 'The customer’s other contacts by every medium, newest first: what was said in writing, noted and decided',
    ...{ params: IdParams, querystring: ThreadQuerySchema, response: { 200: ThreadSchema } },
  }
  api.get('/interactions/:id/thread', { schema }, async (request) => {
    const { id } = request.params
    const interaction = centre.state().interactions.get(id)
    if (!interaction) throw API_ERRORS['api.no-such']({ what: 'open interaction', name: id })
    // Who has the customer on the line sees what colleagues did; all others must be allowed to see the past.
    const isParty = interaction.participants.some((one) => one.user === askerOf(request).user.name)
    if (!isParty) demand(request, 'view-history')
    const addresses = addressesOf(interaction)
    if (addresses.length === 0) return { items: [], next: null, complete: true }
    const { limit, after } = request.query
    const key = after === undefined ? undefined : decodeKey(after)
    const open = key === undefined ? openContacts(centre.state(), interaction, addresses) : []
    const closed = await history.thread({ addresses, limit, after: key }).catch((cause: unknown) => {
      // The present can be told while history is away.
      if (!isTandemError(cause) || key !== undefined) throw cause
      return undefined
    })
    const last = closed && closed.length === limit ? closed.at(-1)?.summary : undefined
    const isOpen = new Set(open.map((one) => one.id))
    return {
      items: [...open, ...(closed ?? []).map(viewClosed).filter((one) => one.id !== id && !isOpen.has(one.id))],
      next: last ? encodeKey({ createdAt: last.createdAt, id: last.interactionIdKey }) : null,
      complete: closed !== undefined,
    }
  })
}

/** How the customer's address may have been written; none when nobody can tell who it is. */
function addressesOf(interaction: Interaction): readonly string[] {
  const { direction, from, to, participants } = interaction
  const raw = direction === 'outbound' ? to : from
  const customer = direction === 'outbound' ? (interaction.customer ?? to) : customerOf(interaction)
  if (customer === undefined) return []
  const parties = participants.filter((one) => one.kind === 'customer').map((one) => one.address)
  return [...new Set([raw, customer, ...parties].filter((one) => one !== ''))]
}

function openContacts(
  { interactions }: Pick<CentreState, 'interactions'>,
  self: Interaction,
  addresses: readonly string[],
): ContactView[] {
  const mine = new Set(addresses)
  const found: Interaction[] = []
  for (const one of interactions.values()) {
    const customer = customerOf(one)
    const address = one.direction === 'outbound' ? one.to : one.from
    const isSame = (customer !== undefined && mine.has(customer)) || (address !== '' && mine.has(address))
    if (isSame && one.id !== self.id) found.push(one)
  }
  return found
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, OPEN_MAX)
    .map(viewOpen)
}

function viewOpen(interaction: Interaction): ContactView {
  const { id, medium, direction, createdAt, subject, conversation, participants, phase } = interaction
  return {
    ...{ id, medium, direction, createdAt: moment(createdAt), state: phase.state, subject: subject ?? null },
    queue: queueOf(interaction) ?? null,
    agent: participants.findLast(({ user }) => user !== undefined)?.user ?? null,
    ...{ outcome: null, talkMs: 0, wrapUpCodes: [], notes: [] },
    lines: (conversation?.messages ?? [])
      .filter((line): line is Message & { readonly by: 'customer' | 'agent' } => line.by !== 'system')
      .slice(-LINES_MAX)
      .map(({ at, by, user, text }) => ({
        ...{ at: moment(at), by, user: user ?? null },
        text: text.slice(0, LINE_CHARS_MAX),
      })),
  }
}

function viewClosed({ summary, subject, wrapUpCodes, notes, lines }: HistoryContact): ContactView {
  const { id, medium, direction, createdAt, queue, agent } = viewSummary(summary)
  return {
    ...{ id, medium, direction, createdAt, queue, agent, state: 'closed', subject },
    ...{ outcome: summary.outcome, talkMs: summary.talkMs, wrapUpCodes: [...wrapUpCodes] },
    notes: notes.map((note) => ({ ...note })),
    lines: lines.map(({ at, ...line }) => ({ ...line, at: moment(at) })),
  }
}
