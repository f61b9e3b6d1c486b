/** Promise 9: a call survives the browser, the core, the edge and the network; each case goes on with the call of the one before. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { BrowserWay, whyNoBrowserWay } from '../kit/browser-way.ts'
import { type System, startSystem } from '../kit/system.ts'
import { logIn, missingBrowser } from './page-kit.ts'
import {
  CHROMIUM,
  heardAfter,
  launchWithMicrophone,
  mediaPortOf,
  openWithTone,
  packetsOf,
  saidOfLine,
  stepsOf,
} from './softphone-kit.ts'

const missing = missingBrowser() ?? whyNoBrowserWay()

const VISITOR_HZ = 700
const AGENT_HZ = 1100

/** How long a tone may take to be heard on a machine that does much else; the figures say how long it took. */
const HEARD_MS_MAX = 60_000

/** The network is away for so long (promise 9). */
const AWAY_MS = 20_000

let system: System
let visitors: Browser
let way: BrowserWay
let agents: Browser
let context: BrowserContext
let desk: Page
let visitor: Page

beforeAll(async () => {
  if (missing) return
  way = BrowserWay.open(CHROMIUM)
  system = await startSystem()
  ;[visitors, agents] = await Promise.all([launchWithMicrophone(), launchWithMicrophone(way.executable)])
  context = await agents.newContext({ locale: 'en-GB', viewport: { width: 1360, height: 860 } })
  desk = await openDesk()
  await logIn(desk, 'agent1')
  await desk.locator('[data-station=phone]').click()
  await desk.getByRole('menuitem', { name: 'This browser' }).click()
  await desk.locator('[data-station=browser][data-registration=registered]').waitFor()
  await beginCall()
}, 300_000)

afterAll(async () => {
  way?.heal()
  await Promise.all([visitors?.close(), agents?.close()])
  await system?.stop()
  way?.close()
})

async function openDesk(): Promise<Page> {
  const page = await openWithTone(context, `${system.http}/desk`, AGENT_HZ)
  page.setDefaultTimeout(HEARD_MS_MAX)
  return page
}

async function beginCall(): Promise<void> {
  const api = await system.api('agent1')
  await api.post('/agents/agent1/status', { status: 'ready' })
  const elsewhere = await visitors.newContext({ locale: 'en-GB' })
  await elsewhere.route('**/api/v1/visitor-phone', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), number: '1001' } })
  })
  visitor = await openWithTone(elsewhere, `${system.http}/call`, VISITOR_HZ)
  visitor.setDefaultTimeout(HEARD_MS_MAX)
  await visitor.getByRole('button', { name: 'Call now' }).click()
  await visitor.getByText('You are connected').waitFor()
  await desk.locator('[data-control=answer]').click()
  await desk.locator('[data-control=hold]').waitFor()
  await bothHear(Date.now())
}

/** When both heard each other, at or after that moment: first the desk, as the visitor may still hear the rest of what an old page said. */
async function bothHear(since: number): Promise<number> {
  const heard = (page: Page, hertz: number, from: number): Promise<number> =>
    eventually(`${hertz} Hz`, () => heardAfter(page, hertz, from), HEARD_MS_MAX)
  return heard(visitor, AGENT_HZ, await heard(desk, VISITOR_HZ, since))
}

/** Both hear each other; a figure from that moment, with what the desk did meanwhile: where the time went. Without sound, what was done instead. */
async function printHeardAgain(figure: string, from: number): Promise<void> {
  try {
    await printSteps(figure, from, await bothHear(from))
  } catch (cause) {
    await printSteps(`${figure}: not`, from, Date.now())
    console.info(system.log('core'))
    throw cause
  }
}

/** Waits until a command of the desk is done and seen: muted and unmuted, as that takes no sound from anybody but the agent. */
async function deskObeys(): Promise<void> {
  for (const [press, then] of [
    ['mute', 'unmute'],
    ['unmute', 'mute'],
  ] as const) {
    const done = desk.locator(`[data-control=${then}]`)
    await eventually(
      `the desk to ${press}`,
      async () => {
        // What is refused while nobody is primary is said on the page, and pressed again.
        await desk
          .locator(`[data-control=${press}]:enabled`)
          .click({ timeout: 1_000 })
          .catch(() => {})
        return (await done.count()) > 0 ? true : undefined
      },
      HEARD_MS_MAX,
    )
  }
}

function print(figure: string, ms: number): void {
  console.info(JSON.stringify({ figure, ms: Math.round(ms) }))
}

/** A figure from that moment to the other, with what the desk did meanwhile: where the time went. */
async function printSteps(figure: string, from: number, until: number): Promise<void> {
  console.info(JSON.stringify({ figure, ms: until - from, steps: await stepsOf(desk, from, until) }))
}

/** Both sides' counters go up and nothing is lost while `strike` happens and until its end is seen. */
async function unbroken(strike: () => Promise<void>): Promise<void> {
  const [visitorBefore, deskBefore] = await Promise.all([packetsOf(visitor), packetsOf(desk)])
  const at = performance.now()
  await strike()
  const passedMs = performance.now() - at
  const [visitorAfter, deskAfter] = await Promise.all([packetsOf(visitor), packetsOf(desk)])
  for (const [before, after] of [
    [visitorBefore, visitorAfter],
    [deskBefore, deskAfter],
  ] as const) {
    expect(after.lost - before.lost).toBe(0)
    // 50 a second; a little less, as a busy browser reads its socket late.
    expect(after.received - before.received).toBeGreaterThan(passedMs / 20 - 50)
  }
}

describe.skipIf(missing)(`a browser’s call (promise 9)${missing ? ` (${missing})` : ''}`, () => {
  it('hears no gap when the core is killed, and the desk is back by itself (TEL-24)', async () => {
    await unbroken(async () => {
      const killedAt = Date.now()
      const killed = system.kill('core')
      await deskObeys()
      await printSteps('desk-back-after-core-kill', killedAt, Date.now())
      await system.replaced('core', killed)
    })
  })

  it('goes to the other media process when its own is killed, browsers on both sides (MED-25)', async () => {
    const port = await mediaPortOf(desk)
    const role = system.mediaAt(port)
    const killedAt = Date.now()
    const killed = system.kill(role)
    await eventually('another media process', async () => system.mediaAt(await mediaPortOf(desk)) !== role || undefined)
    // What was heard before may still lie in the browsers.
    await printSteps('media-killed-heard-again', killedAt, await bothHear(Date.now()))
    await system.replaced(role, killed)
    // The page has forgotten the silence: the next one is said anew.
    await desk.locator('[data-quality]:not([data-quality^=silent])').waitFor()
  })

  it('hears no gap when the edge is killed, stays as it was for who works there, and is led on afterwards (DSK-17)', async () => {
    await desk.locator('textarea[name=note]').fill('typed before the phone was away')
    await unbroken(async () => {
      const killedAt = Date.now()
      await system.replaced('edge', system.kill('edge'))
      await desk.locator('[data-registration=registered]').waitFor()
      await printSteps('phone-registered-after-edge-kill', killedAt, Date.now())
    })
    expect(await desk.locator('textarea[name=note]').inputValue()).toBe('typed before the phone was away')
  })

  it('is given to the page anew when only the page does not hear, and says so meanwhile (promise 10)', async () => {
    const lostAt = Date.now()
    way.lose({ what: 'heard', from: await mediaPortOf(desk) })
    const saidAt = await eventually('the word on silence', () => saidOfLine(desk, 'silent-in', lostAt), HEARD_MS_MAX)
    print('one-way-in-shown', saidAt - lostAt)
    print('one-way-in-healed', (await bothHear(saidAt)) - lostAt)
    way.heal()
  })

  it('goes another way by a re-INVITE when only the page is not heard (promise 10)', async () => {
    const port = await mediaPortOf(desk)
    const lostAt = Date.now()
    way.lose({ what: 'said', to: port })
    await eventually('another port', async () => (await mediaPortOf(desk)) !== port || undefined, HEARD_MS_MAX)
    print('one-way-out-healed', (await bothHear(Date.now())) - lostAt)
    way.heal()
  })

  it('waits for an agent whose network is away, and plays music meanwhile (MED-10)', async () => {
    way.lose({ what: 'all' })
    const awayAt = Date.now()
    await eventually('music for the visitor', async () => ((await hearsMusic()) ? true : undefined), HEARD_MS_MAX)
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, AWAY_MS - (Date.now() - awayAt))))
    way.heal()
    const backAt = Date.now()
    await printHeardAgain('network-back-heard-again', backAt)
  })

  it('goes on after a reload', async () => {
    const at = Date.now()
    await desk.reload({ waitUntil: 'commit' })
    await printHeardAgain('desk-reload-heard-again', at)
  })

  it.for([0, 5_000])('goes on in another tab when the first was closed %i ms before', async (closedMs) => {
    await desk.close()
    await new Promise((resolve) => setTimeout(resolve, closedMs))
    const at = Date.now()
    desk = await openDesk()
    await printHeardAgain(`desk-reopened-after-${closedMs}-heard-again`, at)
  })
})

/** Whether the visitor hears music: something that is neither silence nor the agent. */
function hearsMusic(): Promise<boolean> {
  return visitor.evaluate((agent) => {
    const { testTones } = globalThis as unknown as { testTones: { hertz: number }[] }
    const hertz = testTones.at(-1)?.hertz ?? 0
    return hertz > 0 && Math.abs(hertz - agent) > 30
  }, AGENT_HZ)
}
