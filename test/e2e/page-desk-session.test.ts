/** A desk whose session ends, whose password is set, and into whose fields anything is pasted. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TestCentre } from '../contract/api-kit.ts'
import { DeskStage, faultless, press } from './desk-kit.ts'
import { accessibilityFaults, logIn, missingBrowser, picture } from './page-kit.ts'

const missing = missingBrowser()
let stage: DeskStage
let centre: TestCentre

beforeAll(async () => {
  if (missing) return
  stage = await DeskStage.start({ users: ['agent1'] })
  centre = stage.centre
})
afterEach(async () => {
  await stage?.endAll()
  await centre?.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
})
afterAll(() => stage?.close())

const desk = () => stage.desk('agent1')
const rings = (page: Page) => stage.rings(page)
const phaseOf = (id: string) => stage.phaseOf(id)

/** What people paste when they meant something else, and what others send on purpose. */
const GARBAGE: readonly string[] = [
  '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  `'; DROP TABLE interactions; -- %s%n \\0 {{user}} ../../etc/passwd`,
  '\u202Eright to left\u202C \u0000 null \uFFFF \uD800 half 👩‍👩‍👧‍👦 \u0301',
  'x'.repeat(5_000),
  'tab\tseparated\tcells\nof a\r\ntable',
]

describe.skipIf(missing)(`the desk of a session${missing ? ` (${missing})` : ''}`, () => {
  it('goes on where it was when its session is over and the agent logs in again on the page, with what was typed (DSK-08)', async () => {
    const watched = await desk()
    const { page } = watched
    const id = await rings(page)
    await centre.answer(id)
    await page.locator('textarea[name=note]').waitFor()
    await press(page, 'transfer')
    await page.locator('input[name=search]').fill('sal')
    await page.locator('[data-number="1002"]').waitFor()
    await centre.submit({ type: 'EndSessions', user: 'agent1', by: 'admin' })
    const again = page.locator('[data-log-in-again]')
    await again.getByText('calls go on meanwhile, and what you typed is still there').waitFor()
    expect(await page.locator('input[name=user]').inputValue()).toBe('agent1')
    expect(await page.getByRole('heading', { name: '+49301234567' }).count()).toBe(0)
    await picture(page, 'desk-log-in-again')
    expect(await accessibilityFaults(page)).toEqual([])
    await logIn(page, 'agent1')
    await again.waitFor({ state: 'detached' })
    expect(phaseOf(id)).toBe('connected')
    expect(await page.locator('input[name=search]').inputValue()).toBe('sal')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.locator('[role=status][data-state=live]').waitFor()

    await page.locator('textarea[name=note]').fill('typed before the end')
    await centre.submit({ type: 'EndSessions', user: 'agent1', by: 'admin' })
    await again.waitFor()
    // No key of the desk does anything behind the log-in, and none takes it away.
    for (const key of ['Escape', 'Escape', 'Alt+h']) await page.keyboard.press(key)
    await logIn(page, 'agent1')
    await again.waitFor({ state: 'detached' })
    expect(phaseOf(id)).toBe('connected')
    await page.locator('[data-note=saved]').waitFor()
    expect(await page.locator('textarea[name=note]').inputValue()).toBe('typed before the end')
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("name")')).toBe('note')
    await page.keyboard.press('Alt+h')
    await page.locator('[data-control=retrieve]').waitFor()
    expect(watched.complaints).toEqual([])

    // Another person begins with a page of their own.
    await centre.submit({ type: 'EndSessions', user: 'agent1', by: 'admin' })
    await again.waitFor()
    await logIn(page, 'agent2')
    await page.getByRole('button', { name: 'Account of Agent 2' }).waitFor()
    expect(await page.locator('[data-item]').count()).toBe(0)
    await page.context().close()
  })

  it('stays logged in where the own password is set, and nowhere else (SEC-05)', async () => {
    const watched = await desk()
    const { page } = watched
    const other = await desk()
    const id = await rings(page)
    await centre.answer(id)
    await page.locator('textarea[name=note]').fill('typed before')
    await page.getByRole('button', { name: 'Account of Agent 1' }).click()
    await page.getByRole('menuitem', { name: 'Set your password' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your password' })
    await dialog.locator('input[name=current]').fill('not the password')
    await dialog.locator('input[name=next]').fill('a new beginning')
    await page.keyboard.press('Enter')
    await dialog.getByText('The password until now is another one.').waitFor()
    await picture(page, 'desk-own-password')
    await faultless(watched)
    await dialog.locator('input[name=current]').fill('demo-agent1')
    await page.keyboard.press('Enter')
    await dialog.getByText('Your password is set.').waitFor()
    await other.page.locator('[data-log-in-again]').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.locator('[role=status][data-state=live]').waitFor()
    expect(await page.locator('[data-log-in-again]').count()).toBe(0)
    await press(page, 'hold')
    await page.locator('[data-control=retrieve]').waitFor()
    expect(await page.locator('textarea[name=note]').inputValue()).toBe('typed before')
    await faultless(watched)
    await logIn(other.page, 'agent1', 'a new beginning')
    await other.page.locator('[data-log-in-again]').waitFor({ state: 'detached' })
    await centre.passwords.set({ name: 'agent1', extension: '2001' }, 'demo-agent1')
    await page.context().close()
    await other.page.context().close()
  })

  it('bears whatever is pasted into its fields, and says what is wrong', async () => {
    const watched = await desk()
    const { page } = watched
    const serverFaults: string[] = []
    page.on('response', (response) => {
      if (response.status() >= 500) serverFaults.push(`${response.status()} ${response.url()}`)
    })
    const id = await rings(page)
    await centre.answer(id)
    for (const garbage of GARBAGE) {
      await page.locator('textarea[name=note]').fill(garbage)
      await page.locator('[data-note=saved]').waitFor()
      await press(page, 'transfer')
      await page.locator('input[name=search]').fill(garbage)
      await page.getByText(/^(Nobody is called|Arrows choose)/).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.locator('[data-colleagues]').click()
      await page.getByRole('textbox', { name: 'Write to a colleague' }).fill(garbage)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await press(page, 'end')
    // What is to be written up ends by itself.
    await page.getByText('Nothing to do at this moment').waitFor()
    for (const garbage of GARBAGE) {
      await page.locator('[data-station]').click()
      await page.getByRole('menuitem', { name: 'A telephone number' }).click()
      await page.locator('input[name=station]').fill(garbage)
      await page.keyboard.press('Enter')
      await page.getByText(/This did not work|Fill this in/).waitFor()
      await picture(page, 'desk-number-refused')
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    expect(serverFaults).toEqual([])
    expect(await accessibilityFaults(page)).toEqual([])
    expect(watched.complaints.filter((words) => !words.includes('status of 422'))).toEqual([])
    // Nothing of it holds up what is written to history.
    await centre.settle()
    await page.context().close()
  })
})
