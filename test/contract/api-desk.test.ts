import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let agent: Asker
let other: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  ;[agent, other] = await Promise.all([Asker.as(centre.base, 'agent1'), Asker.as(centre.base, 'agent2')])
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
})
afterAll(() => centre?.close())

/** A call of the customer that agent1 answers. */
async function answered(interaction: string, from: string): Promise<void> {
  await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
  await centre.call(interaction, '1001', from)
  await centre.answer(interaction)
}

async function hungUp(interaction: string): Promise<void> {
  await centre.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
}

describe('the API of the agent desk', () => {
  it('tells the reasons and codes that the administrator has set', async () => {
    const { body } = await agent.ask('GET', '/desk')
    expect(body.notReadyReasons).toEqual(['Break', 'Lunch', 'Meeting', 'Training'])
    const admin = await Asker.as(centre.base, 'admin')
    const set = await admin.ask(
      'PUT',
      '/configuration/parameters/Not-Ready%20Reasons',
      { value: 'Pause, Fire drill' },
      { 'if-match': '"1"' },
    )
    expect(set.status, JSON.stringify(set.body)).toBe(200)
    const after = await agent.ask('GET', '/desk')
    expect(after.body.notReadyReasons).toEqual(['Pause', 'Fire drill'])
    expect(after.body.queues.find(({ name }: { name: string }) => name === 'support')).toMatchObject({
      ...{ wrapUpCodeRequired: false, wrapUpMaxMs: 300_000 },
      wrapUpCodes: expect.arrayContaining(['Complaint']),
    })
  })

  it('keeps notes and code through the end of the core, and shows them with the customer’s next call', async () => {
    await answered('ix-first', '+49301')
    expect((await agent.ask('PUT', '/interactions/ix-first/note', { code: 'Nonsense' })).status).toBe(422)
    const note = { code: 'Complaint', text: 'Wants a refund — 20 €' }
    expect((await agent.ask('PUT', '/interactions/ix-first/note', note)).body).toEqual(note)
    expect((await other.ask('PUT', '/interactions/ix-first/note', note)).status).toBe(409)
    await centre.restart()
    expect((await agent.ask('GET', '/interactions/ix-first/note')).body).toEqual(note)
    await hungUp('ix-first')
    await agent.ask('POST', '/interactions/ix-first/wrap-up', {})
    expect((await agent.ask('PUT', '/interactions/ix-first/note', note)).status).toBe(409)
    await centre.settle()

    await answered('ix-second', '+49301')
    const earlier = await agent.ask('GET', '/interactions/ix-second/earlier')
    expect(earlier.body).toMatchObject([
      { id: 'ix-first', agent: 'agent1', queue: 'support', outcome: 'answered', wrapUpCodes: ['Complaint'] },
    ])
    expect(earlier.body[0].notes).toEqual([{ user: 'agent1', text: note.text }])
    expect((await other.ask('GET', '/interactions/ix-second/earlier')).status).toBe(403)
    await hungUp('ix-second')
    await agent.ask('POST', '/interactions/ix-second/wrap-up', {})
    await centre.settle()
  })

  it('knows no past of who hides the number', async () => {
    for (const interaction of ['ix-hidden-1', 'ix-hidden-2']) {
      await answered(interaction, 'anonymous')
      expect((await agent.ask('GET', `/interactions/${interaction}/earlier`)).body).toEqual([])
      await hungUp(interaction)
      await agent.ask('POST', `/interactions/${interaction}/wrap-up`, {})
      await centre.settle()
    }
  })

  it('promise 11: tells an agent what it has done today, and nobody else who may not see it', async () => {
    const { body } = await agent.ask('GET', '/agents/agent1/today')
    expect(body.figures).toMatchObject({ 'handled@1': 4 })
    expect(Object.keys(body.figures)).toEqual(
      expect.arrayContaining(['talk@1', 'acw@1', 'time-ready@1', 'occupancy@1']),
    )
    expect((await other.ask('GET', '/agents/agent1/today')).status).toBe(403)
    const supervisor = await Asker.as(centre.base, 'supervisor')
    expect((await supervisor.ask('GET', '/agents/agent1/today')).status).toBe(200)
  })

  it('AGS-08 finds colleagues with their presence by the beginnings of words', async () => {
    const { body } = await agent.ask('GET', '/directory?search=super')
    expect(body).toMatchObject([{ type: 'agent', name: 'supervisor', number: '3001' }])
    expect((await agent.ask('GET', `/directory?search=${'x'.repeat(101)}`)).status).toBe(422)
  })
})
