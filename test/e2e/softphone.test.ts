import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { type System, startSystem } from '../kit/system.ts'
import { accessibilityFaults, missingBrowser, picture } from './page-kit.ts'
import { codecsOf, heardTone, launchWithMicrophone, openWithTone, packetsOf } from './softphone-kit.ts'

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

/** The page for visitors, which calls that number. */
async function visitor(number: string, hertz: number): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB' })
  await context.route('**/api/v1/visitor-phone', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), number } })
  })
  return openWithTone(context, `${system.http}/call`, hertz)
}

async function call(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Call now' }).click()
  await page.getByText('You are connected').waitFor()
}

describe.skipIf(missing)(`a call from the page for visitors${missing ? ` (${missing})` : ''}`, () => {
  it('carries the voice to the media process and back, through DTLS-SRTP, in Opus and above what telephones hear (MED-11)', async () => {
    const page = await visitor('1009', 5000)
    await call(page)
    const heard = await eventually(
      'the tone back',
      async () => {
        const hertz = await heardTone(page)
        return Math.abs(hertz - 5000) < 30 ? hertz : undefined
      },
      60_000,
    )
    // G.711 ends at 4000.
    expect(heard).toBeGreaterThan(4970)
    expect(await codecsOf(page)).toEqual({ said: 'audio/opus/48000', heard: 'audio/opus/48000' })
    await page.locator('[data-quality=good]').waitFor()
    const { received, sent } = await packetsOf(page)
    expect(Math.min(received, sent)).toBeGreaterThan(0)
    await picture(page, 'call')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Hang up' }).click()
    await page.getByText('The call has ended').waitFor()
    await page.getByRole('button', { name: 'Call again' }).click()
    await page.getByText('You are connected').waitFor()
    await page.locator('[data-quality=good]').waitFor()
    await page.getByRole('button', { name: 'Hang up' }).click()
    await page.getByText('The call has ended').waitFor()
    await page.context().close()
  })

  it('takes the keys of the menu to a queue (MED-09)', async () => {
    const page = await visitor('1000', 700)
    const api = await system.api()
    await call(page)
    // Without a key the menu gives up and chooses support; sales is the key's doing. During the greeting no key counts yet.
    await eventually(
      'the caller in sales',
      async () => {
        await page.getByRole('button', { name: 'Key 1' }).click()
        const { items } = await api.get<{ items: { queue?: string; from: string }[] }>('/interactions?state=queued')
        return items.find(({ from, queue }) => from === 'visitor' && queue === 'sales')
      },
      45_000,
    )
    await page.context().close()
  })

  it('has all twelve keys, on the page and on the keyboard, where `#` may be behind AltGr (MED-09)', async () => {
    const menu = (key: string, next: string) => ({
      ...{ type: 'menu', prompts: ['menu'], choices: { [key]: next }, timeoutMs: 60_000, attempts: 1 },
      ...{ invalidPrompts: ['invalid-choice'], otherwise: 'support' },
    })
    const steps = {
      ...{ star: menu('*', 'hash'), hash: menu('#', 'sales') },
      ...{ sales: { type: 'queue', queue: 'sales' }, support: { type: 'queue', queue: 'support' } },
    }
    const admin = await system.api('admin')
    await admin.post('/configuration/publish', {
      changes: [
        { kind: 'flow', name: 'keys', value: { name: 'keys', start: 'star', steps } },
        { kind: 'number', name: '1060', value: { type: 'flow', flow: 'keys' } },
      ],
    })
    const page = await visitor('1060', 700)
    await call(page)
    expect(await page.getByRole('group', { name: 'Keypad' }).getByRole('button').count()).toBe(12)
    await page.getByRole('button', { name: 'Key *' }).click()
    const at = async (step: string) =>
      (await admin.get<{ items: { step: string | null }[] }>('/interactions?state=in-flow')).items.some(
        (one) => one.step === step,
      ) || undefined
    await eventually('the star to be heard', () => at('hash'), 45_000)
    await page.locator('body').dispatchEvent('keydown', { key: '#', altKey: true, ctrlKey: true })
    await eventually(
      'the caller in sales',
      async () => {
        const { items } = await admin.get<{ items: { queue?: string; to: string }[] }>('/interactions?state=queued')
        return items.find(({ to, queue }) => to === '1060' && queue === 'sales')
      },
      45_000,
    )
    await page.context().close()
  })
})
