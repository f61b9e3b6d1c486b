import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InteractionDetail } from '#api/contract'
import { eventually } from '../kit/api-client.ts'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let agent: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

const newId = () => `ix-${randomBytes(12).toString('hex')}`
const partiesOf = (id: string) => centre.state.interactions.get(id)?.participants ?? []

async function contact(medium: 'chat' | 'email' | 'sms' | 'fax'): Promise<string> {
  const interaction = newId()
  await centre.submit({ type: 'CreateContact', interaction, medium, from: 'ada@customer.example', queue: 'support' })
  return interaction
}

async function item(): Promise<string> {
  const asked = { type: 'work-item', subject: 'claim 7', queue: 'support' }
  const supervisor = await Asker.as(centre.base, 'supervisor')
  return (await supervisor.ask('POST', '/interactions', asked)).body.id
}

/** Somebody is called back: the agent's phone first, then the customer's. */
async function callback(): Promise<string> {
  const asked = { key: randomBytes(16).toString('hex'), queue: 'support', number: '+49301234567' }
  return (await new Asker(centre.base).ask('POST', '/callbacks', asked)).body.id
}

/** agent1 has it. */
async function taken(id: string, byPhone: boolean): Promise<void> {
  const offered = await eventually('the offer', async () => {
    const phase = centre.state.interactions.get(id)?.phase
    return phase?.state === 'offered' ? phase : undefined
  })
  if (!byPhone) {
    expect((await agent.ask('POST', `/interactions/${id}/accept`)).status).toBe(200)
    return
  }
  await centre.submit({ type: 'ReportConnected', interaction: id, participant: offered.participant })
  const customer = partiesOf(id).find(({ kind }) => kind === 'customer')
  await centre.submit({ type: 'ReportConnected', interaction: id, participant: customer!.id })
}

async function finished(id: string, byPhone: boolean): Promise<void> {
  const customer = partiesOf(id).find(({ kind }) => kind === 'customer')
  const over = { type: 'ReportCleared' as const, interaction: id, reason: 'hung-up' as const }
  if (byPhone) await centre.submit({ ...over, participant: customer!.id })
  else expect((await agent.ask('POST', `/interactions/${id}/complete`)).status).toBe(200)
  await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
  await eventually('its end', async () => (centre.state.interactions.has(id) ? undefined : true))
}

describe('history', () => {
  it.each([
    ['chat', () => contact('chat')],
    ['email', () => contact('email')],
    ['sms', () => contact('sms')],
    ['fax', () => contact('fax')],
    ['work-item', item],
    ['callback', callback],
  ] as const)(
    'has summary, segments and timeline of a contact by %s that two cores served (STA-13)',
    async (medium, begin) => {
      const byPhone = medium === 'callback'
      const id = await begin()
      await taken(id, byPhone)
      await centre.restart()
      await finished(id, byPhone)
      await centre.settle()
      const { status, body } = await agent.ask('GET', `/interactions/${id}`)
      expect(status).toBe(200)
      const detail = body as InteractionDetail
      expect(detail).toMatchObject({ id, medium, queue: 'support', timelineComplete: true })
      expect(detail.seqno).toBeGreaterThan(0)
      expect(detail.durations).toMatchObject({ talkMs: expect.any(Number), wrapUpMs: expect.any(Number) })
      const kinds = detail.segments.map(({ kind }) => kind)
      for (const kind of ['ring', 'talk', 'wrap-up'] as const) expect(kinds, kind).toContain(kind)
      // Nothing of it is still going on, and the agent's share says whose it was.
      expect(detail.segments.every(({ endedAt }) => endedAt !== null)).toBe(true)
      expect(detail.segments.find(({ kind }) => kind === 'talk')).toMatchObject({ agent: 'agent1' })
      const events = detail.timeline.map(({ type }) => type)
      expect(events.filter((one) => one === 'InteractionClosed')).toHaveLength(1)
      expect(events.at(-1)).toBe('InteractionClosed')
    },
  )
})
