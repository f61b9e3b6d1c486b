/** Any machine may go, the one included that an agent's page came from. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type Pool, startPool } from '../kit/pool.ts'
import { decodeMuLaw } from '../kit/sounds.ts'
import { logIn, missingBrowser, STEP_MS_MAX } from './page-kit.ts'
import { launchWithMicrophone, openWithTone, stepsOf } from './softphone-kit.ts'

const missing = missingBrowser()

const AGENT_HZ = 1100

/** Half a second of what a phone hears, at 8 kHz. */
const SAMPLES = 4_000

/** Waits until the phone hears that tone, and nothing louder: comfort music while the other side is away has many. */
async function hearsTone(call: PhoneCall, hertz: number): Promise<void> {
  const heard: number[] = []
  call.media.hear((packet) => {
    for (const byte of packet.subarray(12)) heard.push(decodeMuLaw(byte))
    if (heard.length > SAMPLES) heard.splice(0, heard.length - SAMPLES)
  })
  await eventually(`${hertz} Hz at the phone`, () => isTone(heard, hertz) || undefined, STEP_MS_MAX)
}

function isTone(samples: readonly number[], hertz: number): boolean {
  if (samples.length < SAMPLES || Math.max(...samples) < 1_000) return false
  let crossings = 0
  for (let i = 1; i < samples.length; i++) if (samples[i - 1]! < 0 !== samples[i]! < 0) crossings++
  const heardHz = (crossings / 2) * (8_000 / SAMPLES)
  return Math.abs(heardHz - hertz) < 20
}

describe.skipIf(missing)(`a page whose machine dies${missing ? ` (${missing})` : ''}`, () => {
  let pool: Pool
  let browser: Browser
  let desk: Page

  beforeAll(async () => {
    pool = await startPool()
    const admin = await pool.node('node1').api('admin')
    const value = pool
      .nodes()
      .map(({ http }) => http)
      .join(', ')
    expect((await admin.raw('PUT', '/configuration/parameters/Page%20Servers', { value })).status).toBe(200)
    browser = await launchWithMicrophone()
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1360, height: 860 } })
    desk = await openWithTone(context, `${pool.node('node1').http}/desk`, AGENT_HZ)
    await logIn(desk, 'agent1')
    await desk.locator('[data-station=phone]').click()
    await desk.getByRole('menuitem', { name: 'This browser' }).click()
    await desk.locator('[data-station=browser][data-registration=registered]').waitFor()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await pool?.close()
  })

  it('goes on with another one as it is: with its call, what was typed, and commands (AA-18, promise 9)', async () => {
    const api = await pool.node('node1').api('agent1')
    await api.post('/agents/agent1/status', { status: 'ready' })
    const caller = await Phone.open({ server: pool.node('node2').sip, user: '7810001' })
    const call = await caller.dial('1001')
    await desk.locator('[data-control=answer]').click({ timeout: STEP_MS_MAX })
    await desk.locator('[data-control=hold]').waitFor()
    await call.connected(STEP_MS_MAX)
    await hearsTone(call, AGENT_HZ)
    await desk.locator('textarea').first().fill('wants the blue one')

    const diedAt = Date.now()
    pool.crash('node1')

    await eventually(
      'the page to be told by the other machine',
      async () =>
        (await desk.locator('[data-state=live]').count()) > 0 && Date.now() > diedAt + 100 ? true : undefined,
      STEP_MS_MAX,
    )
    await desk.locator('[data-registration=registered]').waitFor()
    await hearsTone(call, AGENT_HZ)
    console.info(JSON.stringify({ figure: 'page-of-a-dead-machine', steps: await stepsOf(desk, diedAt, Date.now()) }))
    await expect.poll(() => desk.locator('textarea').first().inputValue()).toBe('wants the blue one')
    await desk.locator('[data-control=mute]').click()
    await desk.locator('[data-control=unmute]').waitFor()
    const other = await pool.node('node2').api('agent1')
    const agents = await other.get<{ user: string; status: string }[]>('/agents/live')
    expect(agents.find(({ user }) => user === 'agent1')?.status).toBe('busy')
    expect(await call.hangUp()).toBe(200)
    await caller.close()
  })

  it('goes on when its machine says nothing any more, as one whose power was cut (AA-18)', async () => {
    await pool.start('node1')
    await pool.connected(2, 2)
    const api = await pool.node('node1').api('agent1')
    await eventually('agent1 to be ready again', async () => {
      await api.post('/agents/agent1/status', { status: 'ready' }).catch(() => undefined)
      const { status } = await api.get<{ status: string }>('/agents/agent1/live')
      return status === 'ready' || undefined
    })
    const caller = await Phone.open({ server: pool.node('node1').sip, user: '7810002' })
    const call = await caller.dial('1001')
    await desk.locator('[data-control=answer]').click({ timeout: STEP_MS_MAX })
    await hearsTone(call, AGENT_HZ)

    const silentAt = Date.now()
    pool.freeze('node2')

    const steps = () => stepsOf(desk, silentAt, Date.now())
    await eventually(
      'the page to be told by the other machine',
      async () => (await steps()).some((step) => step.endsWith('live told')) || undefined,
      STEP_MS_MAX,
    ).catch(async (cause: unknown) => {
      console.info(await steps())
      throw cause
    })
    await desk.locator('[data-registration=registered]').waitFor()
    await hearsTone(call, AGENT_HZ)
    console.info(
      JSON.stringify({ figure: 'page-of-a-silent-machine', steps: await stepsOf(desk, silentAt, Date.now()) }),
    )
    await desk.locator('[data-control=mute]').click()
    await desk.locator('[data-control=unmute]').waitFor()
    expect(await call.hangUp()).toBe(200)
    await caller.close()
    pool.crash('node2')
  })
})
