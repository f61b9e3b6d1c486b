import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TimelineEntry } from '#api/contract'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let supervisor: Asker
let agent1: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  ;[supervisor, agent1] = (await Promise.all(['supervisor', 'agent1'].map((user) => Asker.as(centre.base, user)))) as [
    Asker,
    Asker,
  ]
})
afterAll(() => centre?.close())

function expectProblem({ status, body }: Answer, expected: number, path = ''): void {
  expect(status).toBe(expected)
  expect(JSON.stringify(body)).toContain(path)
}

describe('what supervisors ask', () => {
  it('is found by digits of either number and by when it began, among open and closed', async () => {
    const id = await centre.call('ix-digits', '1009', '+4989555777')
    const found = async (query: string): Promise<readonly string[]> =>
      (await supervisor.ask('GET', `/interactions?limit=200&${query}`)).body.items.map((one: { id: string }) => one.id)
    expect(await found('number=555777')).toEqual([id])
    const { createdAt } = (await supervisor.ask('GET', `/interactions/${id}`)).body
    await centre.submit({ type: 'ReportCleared', interaction: id, participant: `${id}.p1`, reason: 'hung-up' })
    expect(await found('number=4989555')).toEqual([id])
    expect(await found('number=4989556')).toEqual([])
    const later = new Date(Date.parse(createdAt) + 1).toISOString()
    expect(await found(`from=${createdAt}&to=${later}`)).toContain(id)
    expect(await found(`from=${later}`)).not.toContain(id)
    expect(await found(`to=${createdAt}`)).not.toContain(id)
    expectProblem(await supervisor.ask('GET', '/interactions?number=50%25'), 422, '?number')
  })

  it('shows thresholds to those who see the figures (RPT-01)', async () => {
    const admin = await Asker.as(centre.base, 'admin')
    const basedOn = centre.state.configuration.version
    const body = { figure: 'waiting', value: 5, queue: 'support', basedOn }
    expect((await admin.ask('PUT', '/configuration/thresholds/many', body)).status).toBe(200)
    const many = { name: 'many', queue: 'support', figure: 'waiting', comparison: 'above', value: 5, level: 'warning' }
    expect((await supervisor.ask('GET', '/thresholds')).body).toEqual([many])
    expectProblem(await agent1.ask('GET', '/thresholds'), 403)
    const wrong = { ...body, figure: 'service-level', value: 101, basedOn: basedOn + 1 }
    expectProblem(await admin.ask('PUT', '/configuration/thresholds/many', wrong), 422, '/value')
    expect((await admin.ask('DELETE', `/configuration/thresholds/many?basedOn=${basedOn + 1}`)).status).toBe(200)
  })
})

/** What happened to it, once history has all of it: on a busy machine the database may be away for a moment. */
const timelineOf = (id: string, type: string): Promise<readonly TimelineEntry[]> =>
  vi.waitFor(
    async () => {
      await centre.settle()
      const { body } = await supervisor.ask('GET', `/interactions/${id}`)
      expect(body.timelineComplete).toBe(true)
      expect(body.timeline.map((entry: TimelineEntry) => entry.type)).toContain(type)
      return body.timeline
    },
    { timeout: 60_000, interval: 200 },
  )

describe('a move', () => {
  afterEach(async () => {
    for (const interaction of [...centre.state.interactions.keys()])
      await centre.submit({ type: 'End', interaction, by: 'supervisor' })
    await centre.submit({ type: 'SetReachable', user: 'agent2', reachable: false })
  })

  it('brings a waiting call to another queue, is told in its timeline with who and why, and once only', async () => {
    const id = await centre.call('ix-move', '1001')
    const body = { to: { queue: 'sales' }, expects: 'waiting', note: 'wants an offer' }
    const moved = await supervisor.ask('POST', `/interactions/${id}/move`, body)
    expect(moved.status).toBe(200)
    expect(moved.body.interaction).toMatchObject({ state: 'queued', queue: 'sales' })
    expect((await supervisor.ask('POST', `/interactions/${id}/move`, body)).status).toBe(200)
    const timeline = await timelineOf(id, 'Moved')
    expect(timeline.filter(({ type }) => type === 'Moved')).toHaveLength(1)
    expect(timeline.find(({ type }) => type === 'Moved')?.details).toMatchObject({
      ...{ by: 'supervisor', kind: 'queue', to: 'sales', place: 'kept', note: 'wants an offer' },
    })
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    expectProblem(await supervisor.ask('POST', `/interactions/${id}/move`, body), 409, id)
  })

  it('gives a call that waits to an agent, and takes it away again, unless it was answered meanwhile', async () => {
    const id = await centre.call('ix-move-2', '1001')
    const to = { user: 'agent2' }
    expectProblem(await supervisor.ask('POST', `/interactions/${id}/move`, { to }), 409, 'agent2')
    await centre.submit({ type: 'SetReachable', user: 'agent2', reachable: true })
    const own = centre.state.interactions.get(id)?.phase
    if (own?.state !== 'offered')
      expect((await supervisor.ask('POST', `/interactions/${id}/move`, { to })).status).toBe(200)
    await centre.answer(id)
    const late = await supervisor.ask('POST', `/interactions/${id}/move`, {
      to: { queue: 'sales' },
      expects: 'waiting',
    })
    expectProblem(late, 409, 'connected')
    const taken = await supervisor.ask('POST', `/interactions/${id}/move`, {
      ...{ to: { queue: 'sales', place: 'front' }, expects: 'talking' },
    })
    expect(taken.body.interaction).toMatchObject({ queue: 'sales' })
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    await centre.submit({ type: 'SetReachable', user: 'agent2', reachable: false })
  })

  it('is for those who may act on calls of others, and to what there is', async () => {
    const id = await centre.call('ix-move-3', '1001')
    expectProblem(await agent1.ask('POST', `/interactions/${id}/move`, { to: { queue: 'sales' } }), 403)
    expectProblem(await supervisor.ask('POST', `/interactions/${id}/move`, { to: { queue: 'none' } }), 422, 'none')
    expectProblem(await supervisor.ask('POST', `/interactions/${id}/move`, { to: { user: 'nobody' } }), 422, 'nobody')
    expectProblem(await supervisor.ask('POST', `/interactions/${id}/move`, { to: { queue: 'sales', user: 'x' } }), 422)
    expectProblem(await supervisor.ask('POST', '/interactions/ix-none/move', { to: { queue: 'sales' } }), 404)
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
  })
})

describe('another priority of what waits', () => {
  it('is shown, told in the timeline with who and why, and undone by the one that it came with', async () => {
    const { body: made } = await supervisor.ask('POST', '/interactions', {
      ...{ type: 'work-item', subject: 'a claim', queue: 'support', priority: 40 },
    })
    const { id } = made
    const path = `/interactions/${id}/priority`
    const raised = await supervisor.ask('POST', path, { priority: 90, note: 'called twice' })
    expect(raised.status).toBe(200)
    expect(raised.body.interaction).toMatchObject({ priority: 90, prioritised: { by: 'supervisor', from: 40 } })
    // Asked for twice.
    expect((await supervisor.ask('POST', path, { priority: 90 })).status).toBe(200)
    const told = (await timelineOf(id, 'PriorityChanged')).filter(({ type }) => type === 'PriorityChanged')
    expect(told.map(({ details }) => details)).toMatchObject([
      { by: 'supervisor', before: 40, priority: 90, note: 'called twice' },
    ])
    const lowered = await supervisor.ask('PATCH', `/interactions/${id}/item`, { priority: 5 })
    expect([lowered.status, lowered.body.priority]).toEqual([200, 5])
    const back = await supervisor.ask('POST', path, { priority: 40 })
    expect(back.body.interaction).toMatchObject({ priority: 40, prioritised: null })
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
  })

  it('stands in why an agent was chosen (promise 4)', async () => {
    const id = await centre.call('ix-urgent', '1001')
    expect((await supervisor.ask('POST', `/interactions/${id}/priority`, { priority: 100 })).status).toBe(200)
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    expect(centre.state.interactions.get(id)?.phase.state).toBe('offered')
    const { why } = (await timelineOf(id, 'Offered')).find(({ type }) => type === 'Offered')!
    expect(why?.prioritised).toEqual({ by: 'supervisor', from: 50, to: 100 })
    expect(why?.text).toContain('supervisor had changed its priority from 50 to 100.')
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: false })
  })

  it('is for those who may act on what others have, from 0 to 100, and for what waits', async () => {
    const id = await centre.call('ix-talks', '1001')
    const path = `/interactions/${id}/priority`
    expectProblem(await agent1.ask('POST', path, { priority: 90 }), 403)
    for (const priority of [-1, 101, 50.5, 'high']) {
      expectProblem(await supervisor.ask('POST', path, { priority }), 422, 'priority')
    }
    expectProblem(await supervisor.ask('POST', '/interactions/ix-none/priority', { priority: 1 }), 404)
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    await centre.answer(id)
    expectProblem(await supervisor.ask('POST', path, { priority: 90 }), 409, 'waits in no queue')
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    expectProblem(await supervisor.ask('POST', path, { priority: 90 }), 409)
  })
})
