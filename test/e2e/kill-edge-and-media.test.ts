/** `kill -9` of the edge and of the media process while calls are up: what the design says each of them owns, and what must live on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PhoneCall } from '../kit/phone-call.ts'
import { hearsMore, KillStage, type StageAgent, talking } from './kill-stage.ts'

let stage: KillStage

beforeAll(async () => {
  stage = await KillStage.open()
})

afterEach(async (context) => {
  if (context.task.result?.state === 'fail') console.error(`core.log ends:\n${stage.system.log('core', 4_000)}`)
  await stage.clear()
})

afterAll(async () => {
  await stage?.close()
})

async function conversation(): Promise<{ number: string; caller: PhoneCall; agent: StageAgent; callee: PhoneCall }> {
  const agent = await stage.agent()
  const { number, call } = await stage.dial('1001')
  const callee = await agent.call()
  callee.answer()
  await talking(call, callee)
  return { number, caller: call, agent, callee }
}

describe('the edge is killed', () => {
  it('while two talk: no sound is lost, and hanging up works', async () => {
    const { number, caller, agent, callee } = await conversation()
    await stage.system.replaced('edge', stage.kill('edge'))
    await talking(caller, callee)
    for (const call of [caller, callee]) {
      for (const heard of call.media.heard.values()) expect(heard).toMatchObject({ lost: 0, doubled: 0, changed: 0 })
    }
    expect(await callee.hangUp()).toBe(200)
    expect((await caller.ended).by).toBe('them')
    await stage.record(number)
    await stage.agentBecomes(agent.user, 'ready')
  })

  it('while a caller waits: the music goes on, and an agent who is registered already gets the call', async () => {
    const { number, call } = await stage.dial('1001')
    await call.connected()
    await hearsMore(call)
    await stage.system.replaced('edge', stage.kill('edge'))
    await hearsMore(call)
    const agent = await stage.agent('not')
    const callee = await agent.call()
    callee.answer()
    await talking(call, callee)
    expect(await call.hangUp()).toBe(200)
    await stage.record(number)
  })

  it('and forgets no registration: the next call rings at a phone that did nothing', async () => {
    const agent = await stage.agent()
    await stage.system.replaced('edge', stage.kill('edge'))
    const { number, call } = await stage.dial('1001')
    const callee = await agent.call()
    callee.answer()
    await talking(call, callee)
    expect(await call.hangUp()).toBe(200)
    await stage.record(number)
  })

  it('while an INVITE is under way: the phone repeats it and is answered', async () => {
    const before = stage.kill('edge')
    const { number, call } = await stage.dial('1009')
    await stage.system.replaced('edge', before)
    await call.connected()
    expect(await call.hangUp()).toBe(200)
    await stage.record(number)
  })
})

describe('the media process is killed', () => {
  it('while two talk: they hear each other again within two seconds, and the call goes on to its end (FS-15)', async () => {
    const { number, caller, agent, callee } = await conversation()
    await stage.system.replaced('media', stage.kill('media'))
    await talking(caller, callee)
    const gap = stage.gapSince()
    console.info(`kill of media: ${gap.ms.toFixed(0)} ms without sound`)
    expect([caller.state, callee.state]).toEqual(['connected', 'connected'])
    expect(await caller.hangUp()).toBe(200)
    expect((await callee.ended).by).toBe('them')
    await stage.record(number)
    await stage.agentBecomes(agent.user, 'ready')
  })

  it('while a caller waits: music comes back', async () => {
    const { number, call } = await stage.dial('1001')
    await call.connected()
    await hearsMore(call)
    await stage.system.replaced('media', stage.kill('media'))
    await hearsMore(call, 100)
    expect(await call.hangUp()).toBe(200)
    expect((await stage.record(number)).outcome).toMatch(/abandoned/)
  })
})
