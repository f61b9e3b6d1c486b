import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture } from './page-kit.ts'

const missing = missingBrowser()
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  for (const user of ['agent1', 'agent3']) await centre.submit({ type: 'SetReachable', user, reachable: true })
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

/** A browser and axe on a busy machine: a minute is no fault, a hang is. */
const SLOW = { timeout: 90_000 }

describe.skipIf(missing)(`the agent’s desk${missing ? ` (${missing})` : ''}`, SLOW, () => {
  it('AGS-01 lets an agent choose a status with the keyboard, and shows an agent no work of others', async () => {
    const { page, complaints } = await open(browser, centre.base)
    await logIn(page, 'agent3')
    await page.getByRole('button', { name: /Your status: Ready/ }).waitFor()
    await centre.call('ix-other', '1001')
    await page.locator('[role=status][data-state=live]').waitFor()
    expect(await page.locator('[data-work]').count()).toBe(0)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: /Your status/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Not ready' }).waitFor()
    for (let presses = 0; presses < 4; presses++) {
      if ((await page.locator(':focus').innerText()) === 'Not ready') break
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /Your status: Not ready/ }).waitFor()
    expect(centre.state.agents.get('agent3')?.chosen.status).toBe('not-ready')
    await centre.submit({ type: 'End', interaction: 'ix-other', by: 'supervisor' })
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('takes a chat, writes, keeps a draft through a reload, and finishes it', async () => {
    const { page, complaints } = await open(browser, centre.base)
    await logIn(page, 'agent1')
    await page.getByRole('button', { name: /Your status: Ready/ }).waitFor()
    const key = randomBytes(16).toString('hex')
    const { body } = await new Asker(centre.base).ask('POST', '/chats', { key, queue: 'support', name: 'Ada' })
    const visitor = new Asker(centre.base, body.token)
    const path = `/chats/${body.id}`
    await visitor.ask('POST', `${path}/messages`, { id: 'visitor-line-1', text: 'Is <i>anybody</i> there?' })
    await page.locator(`[data-work="${body.id}"][data-state=offered]`).waitFor()
    await page.getByText('Is <i>anybody</i> there?').waitFor()
    await page.locator('[data-deed=accept]').click()
    await page.getByRole('button', { name: 'Responses' }).click()
    await page.getByRole('menuitem', { name: 'Greeting' }).click()
    expect(await page.getByLabel('Write to the customer').inputValue()).toMatch(/^Hello Ada, this is Agent 1/)
    await page.getByLabel('Write to the customer').fill('Yes, I am')
    await page.keyboard.press('Enter')
    await page.getByText('Yes, I am').waitFor()
    await page.locator('[data-unsent]').waitFor({ state: 'detached' })
    await page.getByLabel('Write to the customer').fill('a draft')
    await page.reload()
    expect(await page.getByLabel('Write to the customer').inputValue()).toBe('a draft')
    await picture(page, 'desk-chat')
    expect(await accessibilityFaults(page)).toEqual([])
    const { body: seen } = await visitor.ask('GET', path)
    expect(seen.messages.at(-1)).toMatchObject({ by: 'agent', name: 'Agent 1', text: 'Yes, I am' })
    await page.locator('[data-deed=complete]').click()
    await page.locator('[data-deed=wrap-up]').click()
    await page.getByText('Nothing is offered to you').waitFor()
    expect(centre.state.interactions.has(body.id)).toBe(false)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('says why something was not done, and goes on', async () => {
    const { page } = await open(browser, centre.base)
    await logIn(page, 'agent1')
    await page.getByRole('button', { name: /Your status: Ready/ }).waitFor()
    await centre.call('ix-desk', '1001')
    await page.locator('[data-work=ix-desk][data-state=offered]').waitFor()
    await centre.answer('ix-desk')
    await page.locator('[data-deed=hold]').click()
    await page.locator('[data-work=ix-desk][data-state=held]').waitFor()
    await page.locator('[data-deed=retrieve]').click()
    await page.locator('[data-work=ix-desk][data-state=connected]').waitFor()
    await page.getByLabel('Transfer to number').fill('99')
    await page.locator('[data-deed=transfer]').click()
    await page.getByText(/This was not done: .*leads nowhere/).waitFor()
    await page.locator('[data-deed=end]').click()
    await page.locator('[data-deed=wrap-up]').click()
    await page.getByText('Nothing is offered to you').waitFor()
    await page.context().close()
  })
})
