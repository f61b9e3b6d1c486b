/** What no other page test presses on its way: the account, notifications, how a callback ended, groups of colleagues, players, the wall. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TestCentre } from '../contract/api-kit.ts'
import { leaveMessage, storeMessage } from '../contract/voice-kit.ts'
import { ApiClient, eventually } from '../kit/api-client.ts'
import { control, DeskStage, LONG_WRAP_UP, press } from './desk-kit.ts'
import { accessibilityFaults, logIn, missingBrowser, open, picture } from './page-kit.ts'

const missing = missingBrowser()
let stage: DeskStage
let centre: TestCentre

beforeAll(async () => {
  if (missing) return
  stage = await DeskStage.start({ users: ['agent1'], support: LONG_WRAP_UP })
  centre = stage.centre
})
afterEach(() => stage?.endAll())
afterAll(() => stage?.close())

/** The board of the supervisor, at one of its views. */
async function board(view = '') {
  const watched = await open(stage.browser, `${centre.base}/supervisor${view}`)
  await logIn(watched.page, 'supervisor')
  return watched
}

describe.skipIf(missing)(`what people press${missing ? ` (${missing})` : ''}`, () => {
  it('changes language and colours, jumps to the content, and logs out for good', async () => {
    const { page } = await stage.desk('agent1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe('#content')
    const colours = () => page.evaluate('document.documentElement.dataset.mantineColorScheme')
    await page.getByRole('button', { name: 'Use the dark colours' }).click()
    expect(await colours()).toBe('dark')
    await page.getByRole('button', { name: 'Account of Agent 1' }).click()
    await page.getByText('Deutsch', { exact: true }).click()
    await page.getByRole('button', { name: 'Konto von Agent 1' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Konto von Agent 1' }).click()
    expect([await colours(), await page.evaluate('document.documentElement.lang')]).toEqual(['dark', 'de'])
    await page.getByText('English', { exact: true }).click()
    await page.getByRole('button', { name: 'Use the light colours' }).click()
    expect(await colours()).toBe('light')
    if ((await page.getByRole('menuitem', { name: 'Log out' }).count()) === 0)
      await page.getByRole('button', { name: 'Account of Agent 1' }).click()
    await page.getByRole('menuitem', { name: 'Log out' }).click()
    await page.locator('input[name=password]').waitFor()
    await page.reload()
    await page.locator('input[name=password]').waitFor()
    await page.context().close()
  })

  it('asks the browser for notifications only once it is asked to', async () => {
    const { page } = await stage.desk('agent1')
    await page.evaluate(
      'Notification.requestPermission = async () => { globalThis.testAsked = true; return "granted" }',
    )
    const id = await stage.rings(page)
    await page.getByRole('button', { name: 'Allow notifications' }).click()
    await page.getByRole('button', { name: 'Allow notifications' }).waitFor({ state: 'detached' })
    expect(await page.evaluate('globalThis.testAsked')).toBe(true)
    expect(stage.phaseOf(id)).toBe('offered')
    await page.context().close()
  })

  it.for(['machine', 'wrong-number', 'refused'])('says how the call to a customer ended: %s', async (outcome) => {
    const { page } = await stage.desk('agent1')
    await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    const interaction = `ix-callback-${outcome}`
    await centre.submit({ type: 'CreateCallback', interaction, number: '+4930999', queue: 'support' })
    await page.locator(`[data-item=${interaction}][data-state=offered]`).waitFor()
    await centre.answer(interaction)
    const customer = () =>
      centre.state.interactions.get(interaction)?.participants.find((one) => one.kind === 'customer')
    await centre.submit({ type: 'ReportConnected', interaction, participant: customer()?.id ?? 'none' })
    await control(page, outcome).waitFor()
    if (outcome === 'machine') {
      await picture(page, 'desk-callback')
      expect(await accessibilityFaults(page)).toEqual([])
    }
    await press(page, outcome)
    const last = () => centre.state.interactions.get(interaction)?.attempts?.at(-1)?.outcome
    await expect.poll(last, { timeout: 60_000 }).toBe(outcome === 'machine' ? 'no-answer' : outcome)
    await page.context().close()
  })

  it('keeps a message that was heard as new, and hears it again', async () => {
    const { page } = await stage.desk('agent1')
    const message = await leaveMessage(centre, 'ix-controls-message', '2002')
    await storeMessage(centre, message)
    const entry = page.locator(`[data-message="${message}"]`)
    await entry.locator('[data-listen]').click()
    await page.locator('[data-messages][data-unheard="0"]').waitFor()
    await entry.getByRole('button', { name: 'Keep as new' }).click()
    await page.locator('[data-messages][data-unheard="1"]').waitFor()
    await entry.getByLabel('Place in the recording').fill('700')
    expect(await entry.getByLabel('Place in the recording').inputValue()).toBe('700')
    await page.context().close()
  })

  it('makes a group of colleagues, goes back to all rooms, and leaves it', async () => {
    const { page } = await stage.desk('agent1')
    await page.locator('[data-colleagues]').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Write to a colleague').fill('Agent 1')
    await dialog.getByLabel('Name of the group').fill('Early shift')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.getByText('Nothing was written here yet.').waitFor()
    await dialog.getByRole('button', { name: 'All rooms' }).click()
    await dialog.locator('[data-room]', { hasText: 'Early shift' }).click()
    await dialog.getByRole('button', { name: 'Leave the group' }).click()
    await dialog.locator('[data-room]', { hasText: 'Early shift' }).waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('searches the past by days, and says when they are the wrong way round', async () => {
    const { page } = await board('#past')
    await page.getByLabel('From day').fill('2026-02-02')
    await page.getByLabel('To day').fill('2026-02-01')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('The last day is before the first.').waitFor()
    await page.getByLabel('To day').fill('2026-02-03')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('No call is like this.').waitFor()
    await page.context().close()
  })

  it('reads on where a list goes on: calls of the past, contacts of a customer, voice messages', async () => {
    const from = '+493077700'
    for (let i = 0; i < 51; i++) {
      const id = await centre.call(`ix-long-${i}`, '1009', from)
      await centre.submit({ type: 'End', interaction: id, by: 'test' })
    }
    const messages = await Promise.all(
      Array.from({ length: 11 }, (_, i) => leaveMessage(centre, `ix-long-message-${i}`, '+493077711')),
    )
    for (const message of messages) await storeMessage(centre, message)
    await centre.settle()
    const agent = await new ApiClient(centre.base).logIn('agent1')
    await eventually('all of them in history', async () => {
      const { items } = await agent.get<{ items: readonly { id: string }[] }>('/voice-messages?limit=50')
      return messages.every((message) => items.some(({ id }) => id === message)) ? true : undefined
    })

    const past = await board('#past')
    await past.page.getByLabel('Number').fill(from)
    await past.page.getByRole('button', { name: 'Search' }).click()
    const rows = past.page.locator('[data-past^=ix-long-]')
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(50)
    await past.page.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(51)
    await past.page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
    await past.page.context().close()

    const { page } = await stage.desk('agent1')
    const heard = page.locator('[data-message^=ix-long-]')
    await expect.poll(() => heard.count(), { timeout: 60_000 }).toBe(10)
    await page.getByRole('button', { name: 'Older messages' }).click()
    await expect.poll(() => heard.count(), { timeout: 60_000 }).toBe(11)
    await page.getByRole('button', { name: 'Older messages' }).waitFor({ state: 'detached' })
    await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    await stage.rings(page, from)
    const contacts = page.locator('[data-contact^=ix-long-]')
    await expect.poll(() => contacts.count(), { timeout: 60_000 }).toBe(10)
    await page.getByRole('button', { name: 'Show earlier ones' }).click()
    await expect.poll(() => contacts.count(), { timeout: 60_000 }).toBe(20)
    await picture(page, 'desk-long-lists')
    await page.context().close()
  })

  it('leads from page to page who may go there, and asks no other server than the one that it came from (DSK-05, DSK-06, DSK-10)', async () => {
    const { page, complaints } = await open(stage.browser, `${centre.base}/desk`)
    await logIn(page, 'admin')
    for (const [name, path] of [
      ['Live board', 'supervisor'],
      ['Pool', 'pool'],
      ['Administration', 'admin'],
      ['Agent desk', 'desk'],
      ['Wallboard', 'wall'],
    ] as const) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.waitForURL(`${centre.base}/${path}`)
    }
    expect(complaints).toEqual([])
    await page.context().close()
    const own = await stage.desk('agent1')
    expect(await own.page.getByRole('navigation').count()).toBe(0)
    await own.page.context().close()
  })

  it('fills the screen with the wall, and goes back to the board', async () => {
    const { page } = await open(stage.browser, `${centre.base}/wall`)
    await logIn(page, 'supervisor')
    await page.getByRole('button', { name: 'Full screen' }).click()
    await expect.poll(() => page.evaluate('document.fullscreenElement !== null'), { timeout: 60_000 }).toBe(true)
    await page.evaluate('document.exitFullscreen()')
    await page.getByRole('link', { name: 'Live board' }).click()
    await page.waitForURL(/\/supervisor/)
    await page.context().close()
  })
})
