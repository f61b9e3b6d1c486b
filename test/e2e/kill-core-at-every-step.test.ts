/**
 * `kill -9` of the core at every step of a call. The list below is the list of steps: each brings a call to its step, kills the core, and
 * carries the call on to the end that its parties want. What must hold after each stands in `lived`: one sound record, nobody refused or cut off.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { VoiceMessages } from '#api/contract'
import { ApiClient, eventually } from '../kit/api-client.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { delay, GAP_MS_MAX, hearsMore, KillStage, type SeenDetail, type StageAgent, talking } from './kill-stage.ts'

let stage: KillStage

beforeAll(async () => {
  stage = await KillStage.open()
})

afterEach(async (context) => {
  if (context.task.result?.state === 'fail') console.error(`core.log ends:\n${stage.system.log('core', 4_000)}`)
  await stage.clear()
})

afterAll(async () => {
  console.info(`takeovers until /health/primary: ${stage?.takeoversMs.map((ms) => ms.toFixed(0)).join(', ')} ms`)
  await stage?.close()
})

/** The caller's and the agent's end of a conversation in the support queue. */
async function conversation(): Promise<{ number: string; caller: PhoneCall; agent: StageAgent; callee: PhoneCall }> {
  const agent = await stage.agent()
  const { number, call } = await stage.dial('1001')
  const callee = await agent.call()
  callee.answer()
  await talking(call, callee)
  return { number, caller: call, agent, callee }
}

/** The call was lost to nobody: it has one record, whose time adds up, and its agent is free. */
async function lived(number: string, agent?: StageAgent): Promise<SeenDetail> {
  const record = await stage.record(number)
  const { totalMs = 0, ...parts } = record.durations ?? {}
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(totalMs)
  expect(Date.parse(record.closedAt ?? '') - Date.parse(record.createdAt)).toBe(totalMs)
  for (const [index, segment] of record.segments.entries()) {
    if (index > 0) expect(segment.startedAt).toBe(record.segments[index - 1]?.endedAt)
  }
  if (agent) await stage.agentBecomes(agent.user, 'ready')
  return record
}

/** What would be missing for the whole takeover if it hung on the core may be missing for a quarter of it: a machine that takes over slowly does all else slowly. */
function boundMs(leastMs: number): number {
  return Math.max(leastMs, (stage.takeoversMs.at(-1) ?? 0) / 4)
}

/** Nothing was lost between the two, and no silence was heard. */
function noGap(call: PhoneCall): void {
  for (const heard of call.media.heard.values()) expect(heard).toMatchObject({ lost: 0, doubled: 0, changed: 0 })
  const gap = stage.gapSince()
  expect(gap.transitMs, `longest gap ${JSON.stringify(gap)}`).toBeLessThanOrEqual(boundMs(GAP_MS_MAX))
}

describe('promise 1, IR-13, IR-25: the core is killed (SW-08, SW-103, STA-14, STA-16, STA-19)', () => {
  it('just before an INVITE', async () => {
    const agent = await stage.agent()
    const before = stage.kill()
    const { number, call } = await stage.dial('1001')
    await stage.tookOver(before)
    const callee = await agent.call()
    callee.answer()
    await talking(call, callee)
    expect(await call.hangUp()).toBe(200)
    await callee.ended
    await lived(number, agent)
  })

  it('when the INVITE was sent and nothing came back', async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial('1001')
    await stage.killAndWait()
    const callee = await agent.call()
    callee.answer()
    await talking(call, callee)
    expect(await callee.hangUp()).toBe(200)
    expect((await call.ended).by).toBe('them')
    await lived(number, agent)
  })

  it('when the caller was told that it rings', async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial(agent.extension)
    await call.until('180', () => call.provisionals.includes(180))
    await stage.killAndWait()
    const callee = await agent.call()
    callee.answer()
    await call.connected()
    await talking(call, callee)
    expect(await call.hangUp()).toBe(200)
    await callee.ended
    await lived(number, agent)
  })

  it('between the 200 to the caller and the ACK', async () => {
    const { number, call } = await stage.dial('1009')
    call.holdAck = true
    await call.connected()
    await stage.killAndWait()
    call.acknowledge()
    await call.until('its own echo', () => (call.media.heard.get(call.media.stream)?.packets ?? 0) > 50)
    expect(call.state).toBe('connected')
    expect(await call.hangUp()).toBe(200)
    await lived(number)
  })

  it('while the greeting plays (IVR-15)', async () => {
    const { number, call } = await stage.dial('1000')
    await call.connected()
    await hearsMore(call, 10)
    await stage.killAndWait()
    await hearsMore(call)
    const agent = await stage.agent()
    await call.media.press('2')
    const callee = await eventuallyPressed(call, agent, '2')
    callee.answer()
    await talking(call, callee)
    expect(await call.hangUp()).toBe(200)
    await lived(number, agent)
  })

  it('just after a digit in the menu', async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial('1000')
    await call.connected()
    await inMenu(number)
    await call.media.press('2')
    await stage.killAndWait()
    const callee = await agent.call()
    callee.answer()
    await talking(call, callee)
    expect(await call.hangUp()).toBe(200)
    await callee.ended
    await lived(number, agent)
  })

  it('while a digit is pressed and nobody is there to take it', async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial('1000')
    await call.connected()
    await inMenu(number)
    const before = stage.kill()
    await call.media.press('2')
    await stage.tookOver(before)
    const callee = await agent.call()
    callee.answer()
    await talking(call, callee)
    expect(await call.hangUp()).toBe(200)
    await lived(number, agent)
  })

  it('while callers wait: music, place and waiting time stay (AA-19, HSB-09, ACD-06, FS-02, FS-16)', async () => {
    const first = await stage.dial('1001')
    await first.call.connected()
    await hearsMore(first.call)
    const second = await stage.dial('1001')
    await second.call.connected()
    await hearsMore(second.call)
    const before = await stage.interaction(first.number)
    await stage.killAndWait()
    await Promise.all([hearsMore(first.call), hearsMore(second.call)])
    const after = await stage.interaction(first.number)
    expect([after.id, after.queuedAt, after.state]).toEqual([before.id, before.queuedAt, 'queued'])
    const agent = await stage.agent('not')
    const callee = await agent.call()
    callee.answer()
    await talking(first.call, callee)
    expect(second.call.media.heard.size).toBe(0)
    expect(await first.call.hangUp()).toBe(200)
    const next = await nextCall(agent, callee)
    next.answer()
    await talking(second.call, next)
    expect(await second.call.hangUp()).toBe(200)
    const record = await lived(first.number)
    expect(record.durations?.['waitMs']).toBeGreaterThanOrEqual(
      Date.parse(after.queuedAt ?? '') > 0 ? stage.takeoversMs.at(-1)! - 100 : 0,
    )
    await lived(second.number, agent)
  })

  it("while the agent's phone rings (IR-03, ACD-13)", async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial('1001')
    await agent.call()
    await stage.killAndWait()
    await hearsMore(call)
    const callee = await agent.call()
    callee.answer()
    await talking(call, callee)
    expect(agent.calls.filter(({ state }) => state !== 'ended')).toHaveLength(1)
    expect(await call.hangUp()).toBe(200)
    await callee.ended
    await lived(number, agent)
  })

  it('while the agent answers and nobody is there to hear it', async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial('1001')
    const callee = await agent.call()
    const before = stage.kill()
    callee.answer()
    await stage.tookOver(before)
    await talking(call, await answered(agent))
    expect(await call.hangUp()).toBe(200)
    await lived(number, agent)
  })

  it("just after the agent's 200, before its ACK", async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial('1001')
    const callee = await agent.call()
    callee.answer()
    await stage.killAndWait()
    await talking(call, await answered(agent))
    expect(await call.hangUp()).toBe(200)
    await lived(number, agent)
  })

  it('while two talk; the caller hangs up later (IR-02, TEL-24, SW-104)', async () => {
    const { number, caller, agent, callee } = await conversation()
    await stage.killAndWait()
    await talking(caller, callee)
    noGap(caller)
    noGap(callee)
    expect(await caller.hangUp()).toBe(200)
    expect((await callee.ended).by).toBe('them')
    await lived(number, agent)
  })

  it('while two talk; the agent hangs up while no core is there', async () => {
    const { number, caller, agent, callee } = await conversation()
    const before = stage.kill()
    const hungUp = callee.hangUp()
    await stage.tookOver(before)
    expect(await hungUp).toBe(200)
    expect((await caller.ended).by).toBe('them')
    await lived(number, agent)
  })

  it('twice within one conversation', async () => {
    const { number, caller, agent, callee } = await conversation()
    await stage.killAndWait()
    await talking(caller, callee)
    noGap(caller)
    noGap(callee)
    await stage.killAndWait()
    await talking(caller, callee)
    noGap(caller)
    noGap(callee)
    expect(await caller.hangUp()).toBe(200)
    await lived(number, agent)
  })

  it('while the call is on hold, and is retrieved (MED-10)', async () => {
    const { number, caller, agent, callee } = await conversation()
    expect(await callee.reinvite('sendonly')).toBe(200)
    await hearsMore(caller)
    await stage.killAndWait()
    await hearsMore(caller)
    expect(await callee.reinvite('sendrecv')).toBe(200)
    await talking(caller, callee)
    expect(await callee.hangUp()).toBe(200)
    await caller.ended
    const record = await lived(number, agent)
    expect(record.segments.map(({ kind }) => kind)).toContain('hold')
  })

  it('between the re-INVITE that holds and its answer', async () => {
    const { number, caller, agent, callee } = await conversation()
    const held = callee.reinvite('sendonly')
    await stage.killAndWait()
    expect(await held).toBe(200)
    await hearsMore(caller)
    expect(await callee.reinvite('sendrecv')).toBe(200)
    await talking(caller, callee)
    expect(await caller.hangUp()).toBe(200)
    await lived(number, agent)
  })

  it('just after the agent asked for a blind transfer', async () => {
    const { number, caller, agent, callee } = await conversation()
    const target = await stage.agent()
    const referred = callee.refer(target.extension)
    await stage.killAndWait()
    expect(await referred).toBe(202)
    const next = await target.call()
    next.answer()
    await talking(caller, next)
    expect(await caller.hangUp()).toBe(200)
    await lived(number, agent)
    await stage.agentBecomes(target.user, 'ready')
  })

  it('while the target of a transfer rings', async () => {
    const { number, caller, agent, callee } = await conversation()
    const target = await stage.agent()
    expect(await callee.refer(target.extension)).toBe(202)
    await target.call()
    await stage.killAndWait()
    const next = await target.call()
    next.answer()
    await talking(caller, next)
    expect(await next.hangUp()).toBe(200)
    await caller.ended
    await lived(number, agent)
  })

  it('during the BYE', async () => {
    const { number, caller, agent, callee } = await conversation()
    const hungUp = caller.hangUp()
    await stage.killAndWait()
    expect(await hungUp).toBe(200)
    expect((await callee.ended).by).toBe('them')
    await lived(number, agent)
  })

  it('while the agent wraps up: it ends when it would have ended', async () => {
    const { number, caller, agent, callee } = await conversation()
    expect(await caller.hangUp()).toBe(200)
    await callee.ended
    await stage.agentBecomes(agent.user, 'wrapping-up')
    await stage.killAndWait()
    const record = await lived(number, agent)
    const wrapUp = record.segments.find(({ kind }) => kind === 'wrap-up')
    expect(Date.parse(wrapUp?.endedAt ?? '') - Date.parse(wrapUp?.startedAt ?? '')).toBeLessThan(
      2_000 + (stage.takeoversMs.at(-1) ?? 0) + boundMs(1_000),
    )
  })

  it('while the caller gives up ringing (CANCEL)', async () => {
    const agent = await stage.agent()
    const { number, call } = await stage.dial(agent.extension)
    const callee = await agent.call()
    await call.until('180', () => call.provisionals.includes(180))
    const cancelled = call.hangUp()
    await stage.killAndWait()
    expect(await cancelled).toBe(200)
    expect((await call.ended).status).toBe(487)
    await callee.ended
    await lived(number, agent)
  })

  it('while a waiting caller hangs up', async () => {
    const { number, call } = await stage.dial('1001')
    await call.connected()
    await hearsMore(call)
    const before = stage.kill()
    const hungUp = call.hangUp()
    await stage.tookOver(before)
    expect(await hungUp).toBe(200)
    expect((await lived(number)).outcome).toMatch(/abandoned/)
  })

  it('while a caller hears an echo', async () => {
    const { number, call } = await stage.dial('1009')
    await call.until('its own echo', () => (call.media.heard.get(call.media.stream)?.packets ?? 0) > 25)
    await stage.killAndWait()
    await delay(500)
    noGap(call)
    expect(await call.hangUp()).toBe(200)
    await lived(number)
  })

  it('while a recording is made: it has no gap (REC-18)', async () => {
    const { number, caller, agent, callee } = await conversation()
    await delay(1_000)
    await stage.killAndWait()
    await talking(caller, callee)
    await delay(1_000)
    expect(await caller.hangUp()).toBe(200)
    const record = await lived(number, agent)
    expect(record.recordings).toHaveLength(1)
    const talk = record.segments.find(({ kind }) => kind === 'talk')
    const talkMs = Date.parse(talk?.endedAt ?? '') - Date.parse(talk?.startedAt ?? '')
    expect(Math.abs((await stage.recordingMs(record.recordings[0]!)) - talkMs)).toBeLessThan(boundMs(500))
  })

  it('while a message is left for a queue: an agent of the queue hears it, once, before and after (VML-01, VML-04, ACD-14)', async () => {
    const { number, call } = await stage.dial('1000')
    await call.connected()
    await inMenu(number)
    await call.media.press('4')
    const { id } = await stage.interaction(number)
    await stage.step(id, 'voicemail')
    const api = await stage.api()
    const [recording] = await eventually('the recording', async () => {
      const { recordings } = await api.get<SeenDetail>(`/interactions/${id}`)
      return recordings.length > 0 ? recordings : undefined
    })
    await stage.killAndWait()
    // The next core takes this much more of the message: below a second in all it would be none.
    await delay(1_000)
    expect(await call.hangUp()).toBe(200)
    await lived(number)
    const agent = () => eventually('a log-in', () => new ApiClient(stage.system.http).logIn('agent1'))
    const message = async (asker: ApiClient) =>
      eventually('the message', async () => {
        const { items } = await asker.get<VoiceMessages>('/voice-messages')
        const mine = items.filter(({ from }) => from.includes(number))
        return mine[0]?.sound === 'kept' ? mine : undefined
      })
    const before = await agent()
    expect(await message(before)).toMatchObject([{ id: recording, mailbox: 'support', heard: null }])
    const sound = await eventually('the stored sound', async () => {
      const answer = await before.raw('GET', `/recordings/${recording}/audio`)
      return answer.ok ? answer.arrayBuffer() : undefined
    })
    // µ-law, 8 bytes a millisecond: more than the second that makes a message.
    expect(sound.byteLength).toBeGreaterThan(8_000)
    const other = await new ApiClient(stage.system.http).logIn('agent2')
    expect((await other.raw('GET', `/recordings/${recording}/audio`)).status).toBe(403)
    await before.post(`/voice-messages/${recording}/mark`, { as: 'heard' })
    await stage.killAndWait()
    expect(await message(await agent())).toMatchObject([{ id: recording, heard: { by: 'agent1' } }])
  })

  it('just after the call ended', async () => {
    const { number, call } = await stage.dial('1009')
    await call.connected()
    expect(await call.hangUp()).toBe(200)
    await stage.killAndWait()
    await lived(number)
  })
})

/** The agent's call that both sides hold for answered: the one that was answered, or the one that rang anew and is answered now. */
async function answered(agent: StageAgent): Promise<PhoneCall> {
  const call = await agent.call()
  if (call.state !== 'connected') call.answer()
  return call
}

async function nextCall(agent: StageAgent, before: PhoneCall): Promise<PhoneCall> {
  await before.ended
  await before.until('the next call', () => agent.calls.at(-1) !== before)
  return agent.call()
}

async function inMenu(number: string): Promise<void> {
  const { id } = await stage.interaction(number)
  await stage.step(id, 'menu')
}

/** Presses again until the agent rings: a menu that begins anew after a takeover may swallow the first. */
async function eventuallyPressed(call: PhoneCall, agent: StageAgent, digit: string): Promise<PhoneCall> {
  for (let round = 0; round < 10 && agent.calls.length === 0; round++) {
    await delay(1_500)
    if (agent.calls.length === 0) await call.media.press(digit)
  }
  return agent.call()
}
