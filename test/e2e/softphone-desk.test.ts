import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { type System, startSystem } from '../kit/system.ts'
import { accessibilityFaults, logIn, missingBrowser, picture } from './page-kit.ts'
import { heardTone, launchWithMicrophone, openWithTone } from './softphone-kit.ts'

const missing = missingBrowser()
let system: System
let browser: Browser

beforeAll(async () => {
  if (missing) return
  ;[system, browser] = await Promise.all([startSystem(), launchWithMicrophone()])
})
afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

const VISITOR_HZ = 700
const AGENT_HZ = 1100

/** How long a tone may take to be heard on a machine that does much else. */
const HEARD_MS_MAX = 60_000

function hears(page: Page, hertz: number): Promise<boolean> {
  return eventually(
    `a tone of ${hertz} Hz`,
    async () => (Math.abs((await heardTone(page)) - hertz) < 30 ? true : undefined),
    HEARD_MS_MAX,
  )
}

function context(): Promise<BrowserContext> {
  return browser.newContext({ locale: 'en-GB', viewport: { width: 1360, height: 860 } })
}

/** The desk of agent1, who talks in the browser. */
async function agent(): Promise<Page> {
  const page = await openWithTone(await context(), system.http, AGENT_HZ)
  page.setDefaultTimeout(HEARD_MS_MAX)
  await logIn(page, 'agent1')
  await page.waitForURL(/\/desk/)
  await page.locator('[data-station=phone]').click()
  await page.getByRole('menuitem', { name: 'This browser' }).click()
  await page.locator('[data-station=browser][data-registration=registered]').waitFor()
  return page
}

describe.skipIf(missing)(`the phone of the desk${missing ? ` (${missing})` : ''}`, { timeout: 300_000 }, () => {
  it('answers a visitor from the menu, is heard and hears, mutes, and goes on after a reload (MED-11, DSK-08, DR-19)', async () => {
    const desk = await agent()
    const api = await system.api('agent1')
    await api.post('/agents/agent1/status', { status: 'ready' })
    const visitor = await openWithTone(await context(), `${system.http}/call`, VISITOR_HZ)
    visitor.setDefaultTimeout(HEARD_MS_MAX)
    await visitor.getByRole('button', { name: 'Call now' }).click()
    await visitor.getByText('You are connected').waitFor()
    await eventually(
      'the call at the desk',
      async () => {
        if ((await desk.locator('[data-control=answer]').count()) > 0) return true
        // During the greeting no key counts yet; in the queue none does harm.
        await visitor.getByRole('button', { name: 'Key 2' }).click()
        return undefined
      },
      HEARD_MS_MAX,
    )
    await picture(desk, 'desk-browser-ringing')
    await desk.locator('[data-control=answer]').click()
    await desk.locator('[data-control=hold]').waitFor()
    await Promise.all([hears(visitor, AGENT_HZ), hears(desk, VISITOR_HZ)])
    await desk.locator('[data-quality=good]').waitFor()
    await picture(desk, 'desk-browser-talking')
    await eventually('a page without faults', async () =>
      (await accessibilityFaults(desk)).length === 0 ? true : undefined,
    )

    const before = Date.now()
    await desk.reload()
    // What is heard before that may be the rest of what the page of before has said.
    await desk.locator('[data-phone=connected]').waitFor()
    await hears(visitor, AGENT_HZ)
    console.info(JSON.stringify({ figure: 'desk-reload-heard-again', ms: Date.now() - before }))
    await hears(desk, VISITOR_HZ)

    await desk.locator('[data-control=mute]').click()
    await desk.getByText('You are muted').waitFor()
    await eventually(
      'silence',
      async () => (Math.abs((await heardTone(visitor)) - AGENT_HZ) > 30 ? true : undefined),
      HEARD_MS_MAX,
    )
    await desk.locator('[data-control=unmute]').click()
    await hears(visitor, AGENT_HZ)
    await desk.locator('[data-phone-end]').click()
    await visitor.getByText('The call has ended').waitFor()
    await visitor.context().close()
    await desk.context().close()
  })

  it('calls from the page: its own phone is answered by itself', async () => {
    const desk = await agent()
    await desk.keyboard.press('Alt+c')
    await desk.locator('input[name=search]').fill('1009')
    await desk.locator('[data-number="1009"][aria-selected=true]').waitFor()
    await desk.keyboard.press('Enter')
    await desk.locator('[data-phone=connected]').waitFor()
    // 1009 sends back what it hears.
    await hears(desk, AGENT_HZ)
    await desk.locator('[data-phone-end]').click()
    await desk.locator('[data-phone=registered]').waitFor()
    await desk.context().close()
  })
})
