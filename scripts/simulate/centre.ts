import { type ApiClient, eventually } from '../../test/kit/api-client.ts'

/** What the run asks of the centre through its API: agents to play, and afterwards what history says. */

interface AgentLive {
  readonly user: string
  readonly extension: string
  readonly role: string
  readonly status: string
  readonly queues: readonly string[]
  readonly work: readonly { readonly interaction: string; readonly state: string; readonly until: string | null }[]
}

interface QueueView {
  readonly name: string
  readonly skills: Readonly<Record<string, number>>
  readonly numbers: readonly string[]
}

interface InteractionView {
  readonly id: string
  readonly from: string
  readonly createdAt: string
  readonly closedAt: string | null
}

interface InteractionDetail extends InteractionView {
  readonly durations: Readonly<Record<string, number>> | null
  readonly segments: readonly { readonly kind: string; readonly startedAt: string; readonly endedAt: string | null }[]
}

export interface PlayedAgent {
  readonly user: string
  readonly extension: string
  readonly password: string
}

/** The name of the queue that this number leads to; the demo's `support` for the main flow. */
export async function queueBehind(api: ApiClient, number: string): Promise<QueueView> {
  const queues = await api.get<QueueView[]>('/queues')
  const queue = queues.find(({ numbers }) => numbers.includes(number)) ?? queues.find(({ name }) => name === 'support')
  if (!queue) throw new Error(`the number ${number} leads to no queue`)
  return queue
}

/** So many agents who serve the queue: the demo's own first, the others made for the run. */
export async function agentsFor(admin: ApiClient, queue: QueueView, count: number): Promise<PlayedAgent[]> {
  const live = await admin.get<AgentLive[]>('/agents/live')
  const fit = live.filter(({ queues, user, status }) => {
    const free = status === 'unreachable' || status === 'logged-off'
    return queues.includes(queue.name) && free && /^(agent|sim)\d+$/.test(user)
  })
  const own = fit.slice(0, count).map(({ user, extension }) => ({ user, extension, password: `demo-${user}` }))
  const taken = new Set(live.map(({ extension }) => extension))
  const made: PlayedAgent[] = []
  for (let number = 20_001; own.length + made.length < count; number++) {
    const user = `sim${number}`
    if (!taken.has(String(number))) made.push({ user, extension: String(number), password: `demo-${user}` })
  }
  await createAgents(admin, made, queue)
  return [...own, ...made]
}

/** As many as one request may carry, with room. */
const USERS_A_REQUEST = 500

async function createAgents(admin: ApiClient, made: readonly PlayedAgent[], queue: QueueView): Promise<void> {
  for (let from = 0; from < made.length; from += USERS_A_REQUEST) {
    const users = made.slice(from, from + USERS_A_REQUEST).map(({ user, extension, password }) => ({
      name: user,
      displayName: user,
      extension,
      role: 'agent',
      skills: Object.fromEntries(Object.keys(queue.skills).map((skill) => [skill, 80])),
      initialStatus: 'ready',
      password,
    }))
    await admin.post('/users/bulk', { users, phoneOnly: true })
  }
}

/** Waits until all of these agents are seen as reachable, and makes ready those who are not. */
export async function agentsReady(admin: ApiClient, agents: readonly PlayedAgent[]): Promise<void> {
  const names = new Set(agents.map(({ user }) => user))
  const mine = async () => (await admin.get<AgentLive[]>('/agents/live')).filter(({ user }) => names.has(user))
  for (const agent of await mine()) {
    if (agent.status === 'not-ready' || agent.status === 'logged-off') {
      await admin.post(`/agents/${agent.user}/status`, { status: 'ready' })
    }
  }
  await eventually('all agents to be ready', async () => {
    const ready = (await mine()).filter(({ status }) => status === 'ready')
    return ready.length === agents.length ? true : undefined
  })
}

/** Agents whose status says that they are busy although every call of the run is over. */
export async function stuckAgents(api: ApiClient, agents: readonly PlayedAgent[], now = Date.now()): Promise<string[]> {
  const names = new Set(agents.map(({ user }) => user))
  const live = await api.get<AgentLive[]>('/agents/live')
  return live
    .filter(({ user }) => names.has(user))
    .filter(({ status, work }) => {
      if (status === 'ready') return work.length > 0
      const wrapping =
        work.length > 0 &&
        work.every(({ state, until }) => state === 'wrapping-up' && until !== null && Date.parse(until) > now)
      return !(status === 'wrapping-up' && wrapping)
    })
    .map(({ user, status, work }) => `${user} is ${status} with ${JSON.stringify(work)}`)
}

export interface JournalCheck {
  readonly rows: number
  /** Callers that have no row, or more than one. */
  readonly wrong: readonly string[]
  /** Rows whose parts do not add up, or whose segments leave a gap or overlap. */
  readonly unsound: readonly string[]
}

/** What the journal keeps of these callers: one closed row each, whose durations add up. */
export async function checkJournal(api: ApiClient, callers: readonly string[], since: number): Promise<JournalCheck> {
  const wanted = new Map(callers.map((caller) => [caller, 0]))
  const rows = (await closedSince(api, since)).filter(({ from }) => wanted.has(numberOf(from)))
  for (const { from } of rows) wanted.set(numberOf(from), (wanted.get(numberOf(from)) ?? 0) + 1)
  const wrong = [...wanted].filter(([, count]) => count !== 1).map(([caller, count]) => `${caller} has ${count} rows`)
  const unsound: string[] = []
  for (const row of rows) {
    const fault = faultOf(await api.get<InteractionDetail>(`/interactions/${row.id}`))
    if (fault) unsound.push(`${row.id}: ${fault}`)
  }
  return { rows: rows.length, wrong, unsound }
}

function numberOf(from: string): string {
  return /^(?:sips?:)?([^@;>]+)/.exec(from)?.[1] ?? from
}

async function closedSince(api: ApiClient, since: number): Promise<InteractionView[]> {
  const found: InteractionView[] = []
  let after = ''
  for (;;) {
    const next: { items: InteractionView[]; next: string | null } = await api.get(
      `/interactions?state=closed&limit=200${after}`,
    )
    found.push(...next.items.filter(({ createdAt }) => Date.parse(createdAt) >= since))
    const last = next.items.at(-1)
    if (next.next === null || !last || Date.parse(last.createdAt) < since) return found
    after = `&after=${encodeURIComponent(next.next)}`
  }
}

/** What does not add up in a closed interaction, if anything. Moments and parts are whole milliseconds. */
export function faultOf(row: InteractionDetail): string | undefined {
  if (!row.durations || !row.closedAt) return 'it has no durations'
  const { totalMs = 0, ...parts } = row.durations
  const sum = Object.values(parts).reduce((total, part) => total + part, 0)
  if (sum !== totalMs) return `its parts add up to ${sum} ms, not to ${totalMs} ms`
  const lived = Date.parse(row.closedAt) - Date.parse(row.createdAt)
  if (lived !== totalMs) return `it lived ${lived} ms, not ${totalMs} ms`
  for (const [index, segment] of row.segments.entries()) {
    const before = row.segments[index - 1]
    if (before && before.endedAt !== segment.startedAt)
      return `its ${segment.kind} begins at ${segment.startedAt}, its ${before.kind} ended at ${before.endedAt}`
  }
  return undefined
}
