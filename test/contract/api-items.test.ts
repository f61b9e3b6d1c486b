import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let agent: Asker
let process: Asker

const form = {
  ...{ name: 'claim', title: 'A claim' },
  fields: [
    { name: 'kind', title: 'Kind', type: 'choice' as const, choices: ['fire', 'water'], required: true },
    { name: 'amount', title: 'Amount', type: 'number' as const, least: 0 },
  ],
}

beforeAll(async () => {
  centre = await TestCentre.start()
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
    changes: [{ kind: 'form', name: 'claim', value: form }],
  })
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  agent = await Asker.as(centre.base, 'agent1')
  process = await Asker.as(centre.base, 'supervisor')
})
afterAll(() => centre?.close())

const create = (more: object = {}) =>
  process.ask('POST', '/interactions', { type: 'work-item', subject: 'claim 7', queue: 'support', ...more })

/** An item that agent1 has taken; gives its interaction. */
async function taken(more: object = {}): Promise<string> {
  const { status, body } = await create({ form: 'claim', ...more })
  expect(status).toBe(201)
  await eventually('the offer', async () =>
    centre.state.interactions.get(body.id)?.phase.state === 'offered' ? true : undefined,
  )
  expect((await agent.ask('POST', `/interactions/${body.id}/accept`)).status).toBe(200)
  return body.id
}

async function finish(id: string): Promise<void> {
  await process.ask('POST', `/interactions/${id}/end`)
  await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
}

async function upload(content: string, who = process): Promise<{ status: number; hash: string }> {
  const answer = await fetch(`${centre.base}/api/v1/documents?name=letter.txt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/octet-stream' },
    body: content,
  })
  const { hash } = (await answer.json()) as { hash: string }
  return { status: answer.status, hash }
}

describe('a work item over the API', () => {
  it('is made once, however often a process asks, also after it is over (DIG-14)', async () => {
    const first = await create({ id: 'claims:7', queue: 'support' })
    expect(first.status).toBe(201)
    for (let n = 0; n < 3; n++) expect((await create({ id: 'claims:7' })).body.id).toBe(first.body.id)
    expect((await create({ id: 'claims:8' })).body.id).not.toBe(first.body.id)
    await process.ask('POST', `/interactions/${first.body.id}/end`)
    await centre.settle()
    expect((await create({ id: 'claims:7' })).body.id).toBe(first.body.id)
    expect(centre.state.interactions.has(first.body.id)).toBe(false)
    for (const id of [...centre.state.interactions.keys()]) await finish(id)
  })

  it('is filled in by its agent, kept half filled in through a takeover, and completed when it is whole (DIG-14, IR-28)', async () => {
    const { hash } = await upload('Dear all')
    const id = await taken({ values: { amount: 20 }, documents: [{ hash, name: 'letter.txt' }] })
    const path = `/interactions/${id}/item`
    const { body: item } = await agent.ask('GET', path)
    expect(item).toMatchObject({ subject: 'claim 7', values: { amount: 20 }, overdue: false, dueAt: null })
    expect(item.form.fields.map(({ name }: { name: string }) => name)).toEqual(['kind', 'amount'])
    const document = await fetch(`${centre.base}/api/v1${path}/documents/${hash}`, {
      headers: { authorization: `Bearer ${agent.token}` },
    })
    expect(await document.text()).toBe('Dear all')
    expect((await agent.ask('PATCH', path, { values: { amount: 30 } })).status).toBe(200)
    const early = await agent.ask('POST', `/interactions/${id}/complete`)
    expect([early.status, early.body.detail]).toEqual([422, 'the field kind is required'])
    await centre.restart()
    expect((await agent.ask('GET', path)).body.values).toEqual({ amount: 30 })
    expect((await agent.ask('PATCH', path, { values: { amount: -1 } })).status).toBe(422)
    await agent.ask('PATCH', path, { values: { amount: 30, kind: 'fire' } })
    expect((await agent.ask('POST', `/interactions/${id}/complete`, { outcome: 'paid' })).status).toBe(200)
    await finish(id)
  })

  it('is overdue when its time has come, and its process gives it another', async () => {
    const id = await taken({ dueAt: new Date(Date.now() - 1_000).toISOString() })
    const path = `/interactions/${id}/item`
    await centre.submit({ type: 'Tick' })
    expect((await agent.ask('GET', path)).body.overdue).toBe(true)
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const { body } = await process.ask('PATCH', path, { dueAt: later, subject: 'claim 7b' })
    expect(body).toMatchObject({ dueAt: later, overdue: false, subject: 'claim 7b' })
    expect((await process.ask('PATCH', path, { dueAt: null })).body.dueAt).toBeNull()
    await finish(id)
  })

  it('is changed and read by who may, a supervisor who takes no part among them, and takes nothing that does not fit (DIG-15)', async () => {
    const id = await taken()
    const path = `/interactions/${id}/item`
    const other = await Asker.as(centre.base, 'agent2')
    expect((await other.ask('GET', path)).status).toBe(403)
    expect((await other.ask('PATCH', path, { subject: 'mine' })).status).toBe(403)
    const supervisor = await Asker.as(centre.base, 'supervisor')
    expect((await supervisor.ask('GET', path)).status).toBe(200)
    const { participants } = (await supervisor.ask('GET', `/interactions/${id}`)).body
    expect(participants.map(({ user }: { user: string | null }) => user)).not.toContain('supervisor')
    expect((await upload('x', new Asker(centre.base))).status).toBe(401)
    expect((await agent.ask('GET', `${path}/documents/${'a'.repeat(64)}`)).status).toBe(404)
    expect((await process.ask('PATCH', path, { documents: [{ hash: 'a'.repeat(64), name: 'x' }] })).status).toBe(422)
    for (const more of [
      { form: 'none' },
      { form: 'claim', values: { kind: 'earth' } },
      { values: { kind: 'fire' } },
      { dueAt: 'tomorrow' },
      { id: 'with space' },
    ]) {
      expect((await create(more)).status, JSON.stringify(more)).toBe(422)
    }
    await finish(id)
    expect((await agent.ask('GET', path)).status).toBe(404)
  })
})
