import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InteractionDetailSchema, ProblemSchema } from '#api/contract'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

const keyed: { readonly participant: string; readonly id: string; readonly digits: string }[] = []

let centre: TestCentre
let supervisor: Asker
let attendant: Asker
let agent1: Asker
let agent2: Asker

beforeAll(async () => {
  const calls = { sendDigits: async (one: (typeof keyed)[number]) => void keyed.push(one), callAnew: async () => false }
  centre = await TestCentre.start({ ports: { calls: () => calls } })
  supervisor = await Asker.as(centre.base, 'supervisor')
  attendant = await Asker.as(centre.base, 'attendant')
  agent1 = await Asker.as(centre.base, 'agent1')
  agent2 = await Asker.as(centre.base, 'agent2')
  for (const user of ['agent1', 'agent2', 'agent3', 'supervisor', 'attendant']) {
    await centre.submit({ type: 'SetReachable', user, reachable: true })
    if (user !== 'agent1') await centre.submit({ type: 'ChooseStatus', user, status: 'not-ready' })
  }
})
afterAll(() => centre?.close())

function refused(answer: Answer, status: number, path?: string): void {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  const { errors } = ProblemSchema.parse(answer.body)
  if (path !== undefined) expect(errors?.map((error) => error.path)).toContain(path)
}

function done(answer: Answer) {
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body.interaction
}

/** A caller of the queue support talks to agent1. */
async function talking(id: string): Promise<string> {
  await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
  await centre.call(id)
  await centre.answer(id)
  return `/interactions/${id}`
}

/** What is left of it is over, and its notes are written. */
async function ends(id: string): Promise<void> {
  await supervisor.ask('POST', `/interactions/${id}/end`)
  for (const user of ['agent1', 'agent2', 'agent3']) await centre.submit({ type: 'EndWrapUp', interaction: id, user })
}

/** The times of a closed interaction, which are all of it. */
async function durationsOf(id: string) {
  const { body } = await supervisor.ask('GET', `/interactions/${id}`)
  const { durations, timeline } = InteractionDetailSchema.parse(body)
  const { totalMs, ...parts } = durations!
  expect(Object.values(parts).reduce((sum, ms) => sum + ms, 0)).toBe(totalMs)
  return { ...parts, types: timeline.map(({ type }) => type) }
}

describe('a call in hand', () => {
  it('is muted, and again is nothing', async () => {
    const call = await talking('ix-mute')
    const own = (body: unknown) => body as { participants: { user: string | null; muted: boolean }[] }
    const muted = own(done(await agent1.ask('POST', `${call}/mute`, {})))
    expect(muted.participants.find(({ user }) => user === 'agent1')?.muted).toBe(true)
    done(await agent1.ask('POST', `${call}/mute`, { muted: true }))
    const heard = own(done(await agent1.ask('POST', `${call}/mute`, { muted: false })))
    expect(heard.participants.every(({ muted: is }) => !is)).toBe(true)
    await ends('ix-mute')
  })

  it('takes digits, which are in no log', async () => {
    const call = await talking('ix-keys')
    done(await agent1.ask('POST', `${call}/keypad`, { digits: '4929#', id: 'k-1' }))
    expect(keyed).toMatchObject([{ participant: 'ix-keys.p2', id: 'k-1', digits: '4929#' }])
    refused(await agent1.ask('POST', `${call}/keypad`, { digits: '12x' }), 422, '/digits')
    await ends('ix-keys')
    const { body } = await supervisor.ask('GET', call)
    expect(body.timeline.find((one: { type: string }) => one.type === 'DigitsSent')?.details).toMatchObject({
      count: 5,
    })
    expect(JSON.stringify(body)).not.toContain('4929')
  })

  it('is left to the mailbox of a person or a queue, where that is allowed (VML-02)', async () => {
    const admin = await Asker.as(centre.base, 'admin')
    const allow = async (value: string) => {
      const basedOn = centre.state.configuration.version
      const set = await admin.ask('PUT', '/configuration/parameters/Voicemail%20Transfers', { value, basedOn })
      expect(set.status, JSON.stringify(set.body)).toBe(200)
    }
    const call = await talking('ix-left')
    await allow('No')
    refused(await agent1.ask('POST', `${call}/transfer`, { to: '2002', mailbox: true }), 403)
    await allow('Yes')
    refused(await agent1.ask('POST', `${call}/transfer`, { to: '1009', mailbox: true }), 422)
    const left = done(await agent1.ask('POST', `${call}/transfer`, { to: '2002', mailbox: true }))
    // Nobody is rung: the flow that takes messages has the caller.
    expect(left).toMatchObject({ state: 'in-flow' })
    expect((await agent2.ask('GET', '/agents/agent2/live')).body.work ?? []).toEqual([])
    await ends('ix-left')
    const { body } = await supervisor.ask('GET', call)
    expect(body.timeline.find((one: { type: string }) => one.type === 'Transferred')?.details).toMatchObject({
      ...{ to: '2002', mailbox: true },
    })
  })

  it('is consulted about, alternated, and becomes a conference; all times are there (DAT-02)', async () => {
    const call = await talking('ix-conf')
    refused(await agent1.ask('POST', `${call}/consult`, { to: '4711' }), 422, '/to')
    refused(await agent2.ask('POST', `${call}/consult`, { to: '2003' }), 403)
    const asked = { to: '2002', id: 'ix-advice' }
    expect(done(await agent1.ask('POST', `${call}/consult`, asked))).toMatchObject({ consults: 'ix-conf' })
    expect(done(await agent1.ask('POST', `${call}/consult`, asked))).toMatchObject({ id: 'ix-advice' })
    refused(await agent1.ask('POST', `${call}/consult`, { to: '2003' }), 409)
    refused(await agent1.ask('POST', `${call}/conference`, {}), 409)
    await centre.answer('ix-advice')
    done(await agent1.ask('POST', `${call}/retrieve`, {}))
    done(await agent1.ask('POST', '/interactions/ix-advice/retrieve', {}))
    const one = done(await agent1.ask('POST', `${call}/conference`, {}))
    expect(one.participants.map(({ user }: { user: string | null }) => user)).toEqual([null, 'agent1', 'agent2'])
    done(await agent1.ask('POST', `${call}/release`, {}))
    expect((await agent2.ask('GET', call)).body).toMatchObject({ state: 'connected', agent: 'agent2' })
    await ends('ix-conf')
    expect((await durationsOf('ix-conf')).types).toContain('Conferenced')
    expect((await durationsOf('ix-advice')).types).toContain('Joined')
  })

  it('is handed over attended', async () => {
    const call = await talking('ix-hand')
    refused(await agent1.ask('POST', `${call}/transfer/complete`, {}), 422, '/consulted')
    done(await agent1.ask('POST', `${call}/consult`, { to: '2002', id: 'ix-hand-c' }))
    await centre.answer('ix-hand-c')
    const after = done(await agent1.ask('POST', `${call}/transfer/complete`, {}))
    expect(after).toMatchObject({ state: 'connected', agent: 'agent2' })
    await ends('ix-hand')
    expect((await durationsOf('ix-hand')).types).toContain('Transferred')
  })

  it('is parked where all see it, and taken', async () => {
    const call = await talking('ix-park')
    expect(done(await agent1.ask('POST', `${call}/park`, { slot: '7005' })).parked).toMatchObject({ slot: '7005' })
    expect((await agent2.ask('GET', '/parked')).body).toMatchObject([{ id: 'ix-park', parked: { user: 'agent1' } }])
    done(await agent2.ask('POST', `${call}/unpark`))
    const rung = centre.state.interactions.get('ix-park')!.participants.at(-1)!.id
    await centre.submit({ type: 'ReportConnected', interaction: 'ix-park', participant: rung })
    expect((await agent2.ask('GET', '/parked')).body).toEqual([])
    await ends('ix-park')
    await durationsOf('ix-park')
  })

  it('that rings is picked up by who may (UCC-08)', async () => {
    await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    await centre.call('ix-pick')
    refused(await attendant.ask('POST', '/pick-up', { user: 'agent3' }), 422, '/user')
    expect(done(await attendant.ask('POST', '/pick-up', { user: 'agent1' }))).toMatchObject({ agent: 'attendant' })
    await ends('ix-pick')
  })

  it('is supervised by who may, unseen by who is not to know (DSK-07)', async () => {
    const call = await talking('ix-watch')
    refused(await agent2.ask('POST', `${call}/supervise`, { mode: 'listen' }), 403)
    refused(await attendant.ask('POST', `${call}/supervise`, { mode: 'coach' }), 403)
    const there = done(await supervisor.ask('POST', `${call}/supervise`, { mode: 'listen' }))
    expect(there.participants).toHaveLength(3)
    done(await supervisor.ask('POST', `${call}/supervise`, { mode: 'listen' }))
    await centre.submit({ type: 'ReportConnected', interaction: 'ix-watch', participant: 'ix-watch.p3' })
    expect(done(await agent1.ask('POST', `${call}/hold`, {})).participants).toHaveLength(2)
    done(await agent1.ask('POST', `${call}/retrieve`, {}))
    const seen = JSON.stringify([await agent1.ask('GET', call), await agent1.ask('GET', '/interactions?state=open')])
    expect(seen).not.toContain('ix-watch.p3')
    expect(JSON.stringify((await supervisor.ask('GET', call)).body)).toContain('ix-watch.p3')
    refused(await agent1.ask('POST', `${call}/release`, { participant: 'ix-watch.p3' }), 403)
    expect(done(await supervisor.ask('POST', `${call}/supervise`, { mode: 'take-over' }))).toMatchObject({
      state: 'connected',
    })
    await ends('ix-watch')
    expect((await durationsOf('ix-watch')).types).toContain('TakenOver')
  })

  it('is placed once, however often it is asked for', async () => {
    const asked = { type: 'call', to: '2002', id: 'ix-mine' }
    expect((await agent1.ask('POST', '/interactions', asked)).body).toEqual({ id: 'ix-mine' })
    expect((await agent1.ask('POST', '/interactions', asked)).body).toEqual({ id: 'ix-mine' })
    refused(await agent2.ask('POST', '/interactions', { ...asked, to: '2003' }), 422, '/id')
    await ends('ix-mine')
  })
})
