import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { messagesOf } from '#kernel/mailbox'
import { Asker, type TestCentre } from '../contract/api-kit.ts'
import { leaveMessage, storeMessage } from '../contract/voice-kit.ts'
import { control, DeskStage, faultless, LONG_WRAP_UP, press } from './desk-kit.ts'
import { accessibilityFaults, logIn, missingBrowser, open, picture } from './page-kit.ts'

const missing = missingBrowser()
let stage: DeskStage
let centre: TestCentre

beforeAll(async () => {
  if (missing) return
  stage = await DeskStage.start({ users: ['agent1'], support: LONG_WRAP_UP })
  centre = stage.centre
})
afterEach(async () => {
  await stage?.endAll()
  await centre?.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
})
afterAll(() => stage?.close())

const desk = (options?: Parameters<typeof open>[2]) => stage.desk('agent1', options)
const rings = (page: Page, from?: string) => stage.rings(page, from)
const phaseOf = (id: string) => stage.phaseOf(id)

describe.skipIf(missing)(`the agent desk${missing ? ` (${missing})` : ''}`, () => {
  it('says what to do when there is nothing to do, and lets one choose a status with a reason (AGS-01)', async () => {
    const watched = await desk()
    const { page } = watched
    await page.getByText('You are ready. The next contact rings here by itself.').waitFor()
    await picture(page, 'desk-empty')
    // Nothing of the work of others is here.
    expect(await page.locator('[data-item]').count()).toBe(0)
    await faultless(watched)
    await page.getByRole('button', { name: /Your status/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Lunch' }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    for (let presses = 0; presses < 8; presses++) {
      if ((await page.locator(':focus').innerText()) === 'Lunch') break
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Become ready' }).waitFor()
    expect(centre.state.agents.get('agent1')?.chosen).toMatchObject({ status: 'not-ready', reason: 'Lunch' })
    await page.getByRole('button', { name: /Your status: Lunch/ }).waitFor()
    await faultless(watched)
    await page.getByRole('button', { name: 'Become ready' }).click()
    await page.getByText('You are ready.').waitFor()
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: false })
    await page.getByText(/No phone of yours is registered/).waitFor()
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    await page.context().close()
  })

  it('promise 4: shows who rings, for which queue and why, before it is answered (DSK-15)', async () => {
    const watched = await desk()
    const { page } = watched
    const id = await rings(page)
    await page.getByRole('heading', { name: '+49301234567' }).waitFor()
    await page.getByText('Queue support').waitFor()
    await page.getByText('Why you?').click()
    await page.locator('[data-why=agent1]').waitFor()
    expect(await page.locator('[data-why=agent1]').innerText()).toContain('support')
    await page.getByText('Show a notification when').waitFor()
    await picture(page, 'desk-ringing')
    await faultless(watched)
    await page.getByRole('button', { name: 'Not now' }).click()
    await page.getByRole('switch', { name: 'Ring tone on' }).click()
    await page.getByRole('switch', { name: 'Ring tone off' }).click()
    await press(page, 'decline')
    await page.getByText('Nothing to do at this moment').waitFor()
    expect(phaseOf(id)).toBe('queued')
    await page.context().close()
  })

  it('takes a call from answer through hold and notes to the end of its wrap-up, and shows them at the customer’s next (DSK-01, QMS-10)', async () => {
    const watched = await desk()
    const { page } = watched
    const id = await rings(page)
    await centre.answer(id)
    await press(page, 'hold')
    await page.locator('[data-control=retrieve]').waitFor()
    expect(phaseOf(id)).toBe('held')
    await press(page, 'retrieve')
    await page.locator('[data-control=hold]').waitFor()
    await page.locator('textarea[name=note]').fill('Wants a refund of 20 €')
    await page.locator('[data-note=saved]').waitFor()
    await picture(page, 'desk-talking')
    await faultless(watched)
    await press(page, 'end')
    await page.locator('[data-control=finish]').waitFor()
    const until = () => centre.state.agents.get('agent1')?.work[0]?.until ?? 0
    const before = until()
    await press(page, 'extend')
    await expect.poll(() => until() - before, { timeout: 60_000 }).toBe(60_000)
    await page.locator('select[name=code]').selectOption('Complaint')
    await picture(page, 'desk-wrap-up')
    await faultless(watched)
    await press(page, 'finish')
    await page.getByText('Nothing to do at this moment').waitFor()
    expect(phaseOf(id)).toBeUndefined()
    await page.locator('[data-figure="handled@1"] dd', { hasText: /[1-9]/ }).waitFor()
    await centre.settle()

    const again = await rings(page)
    await page.locator(`[data-contact=${id}]`).getByText('Wants a refund of 20 €').waitFor()
    expect(await page.locator(`[data-contact=${id}]`).innerText()).toContain('Complaint')
    await picture(page, 'desk-customer')
    expect(again).not.toBe(id)
    await faultless(watched)
    await page.context().close()
  })

  it('asks for a code where the queue does', async () => {
    const watched = await desk()
    const { page } = watched
    const { version, queues } = centre.state.configuration
    const before = queues.get('support')!
    const change = (basedOn: number, value: typeof before) =>
      centre.submit({
        type: 'ChangeConfiguration',
        by: 'test',
        basedOn,
        changes: [{ kind: 'queue', name: 'support', value }],
      })
    await change(version, { ...before, wrapUpCodeRequired: true })
    await page.reload()
    const id = await rings(page)
    await centre.answer(id)
    await press(page, 'end')
    await press(page, 'finish')
    await page.getByText('Choose what it was about, then finish.').waitFor()
    await faultless(watched)
    await page.locator('select[name=code]').selectOption('Order placed')
    await press(page, 'finish')
    await page.getByText('Nothing to do at this moment').waitFor()
    await change(version + 1, before)
    await page.context().close()
  })

  it('loses no letter at a reload, and says that the server is away, while the page stays readable and does what is pressed once it is back (DSK-08, DSK-09, IR-19)', async () => {
    const { page } = await desk()
    const id = await rings(page)
    await centre.answer(id)
    await page.locator('textarea[name=note]').waitFor()
    await centre.restart(async () => {
      await page.locator('[data-state=reconnecting]').first().waitFor()
      await page.locator('textarea[name=note]').fill('typed while the core was away')
      expect(await page.getByRole('heading', { name: '+49301234567' }).count()).toBe(1)
      await picture(page, 'desk-away')
      await press(page, 'hold')
    })
    await control(page, 'retrieve').waitFor()
    expect(phaseOf(id)).toBe('held')
    await page.locator('[data-note=saved]').waitFor()
    await page.locator('textarea[name=note]').fill('typed and reloaded at once')
    await page.reload()
    await expect
      .poll(() => page.locator('textarea[name=note]').inputValue(), { timeout: 60_000 })
      .toBe('typed and reloaded at once')
    await page.locator('[data-note=saved]').waitFor()
    const note = () => centre.state.interactions.get(id)?.participants.find(({ user }) => user === 'agent1')?.note?.text
    await expect.poll(note).toBe('typed and reloaded at once')
    await page.context().close()
  })

  it('transfers to whom one finds by a part of the name, and calls, by the keyboard alone', async () => {
    const watched = await desk()
    const { page } = watched
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await picture(page, 'desk-keyboard')
    await faultless(watched)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const id = await rings(page)
    await centre.answer(id)
    await page.locator('[data-control=transfer]').waitFor()
    await page.keyboard.press('Alt+h')
    await page.locator('[data-control=retrieve]').waitFor()
    await page.keyboard.press('Alt+h')
    await page.locator('[data-control=hold]').waitFor()
    await page.keyboard.press('Alt+n')
    await page.keyboard.type('by keys')
    await page.locator('[data-note=saved]').waitFor()
    await page.keyboard.press('Alt+t')
    await page.locator('input[name=search]').fill('sal')
    await page.locator('[data-number="1002"][aria-selected=true]').waitFor()
    await picture(page, 'desk-transfer')
    await faultless(watched)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => JSON.stringify(centre.state.interactions.get(id)?.phase), { timeout: 60_000 })
      .toContain('sales')
    await page.locator('[data-control=finish]').waitFor()
    await page.keyboard.press('Alt+w')
    await page.getByText('Nothing to do at this moment').waitFor()
    await page.keyboard.press('Alt+p')
    await page.getByRole('button', { name: 'Become ready' }).waitFor()
    await page.keyboard.press('Alt+r')
    await page.getByText('You are ready.').waitFor()
    await page.keyboard.press('Alt+c')
    await page.locator('input[name=search]').fill('9999')
    await page.locator('[data-number="9999"]').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(/This did not work: .*leads nowhere/).waitFor()
    await page.context().close()
  })

  it('takes a chat, writes, keeps a draft through a reload, and finishes it', async () => {
    const watched = await desk()
    const { page } = watched
    const key = randomBytes(16).toString('hex')
    const { body } = await new Asker(centre.base).ask('POST', '/chats', { key, queue: 'support', name: 'Ada' })
    const visitor = new Asker(centre.base, body.token)
    const path = `/chats/${body.id}`
    await visitor.ask('POST', `${path}/messages`, { id: 'visitor-line-1', text: 'Is <i>anybody</i> there?' })
    await page.locator(`[data-item="${body.id}"][data-state=offered]`).waitFor()
    await page.getByText('Is <i>anybody</i> there?').waitFor()
    await press(page, 'accept')
    await page.getByRole('button', { name: 'Responses' }).click()
    await page.getByRole('menuitem', { name: 'Greeting' }).click()
    await expect
      .poll(() => page.getByLabel('Write to the customer').inputValue())
      .toMatch(/^Hello Ada, this is Agent 1/)
    await page.getByLabel('Write to the customer').fill('Yes, I am')
    await page.keyboard.press('Enter')
    await page.getByText('Yes, I am').waitFor()
    await page.locator('[data-unsent]').waitFor({ state: 'detached' })
    await page.getByLabel('Write to the customer').fill('a draft')
    await page.reload()
    await page.getByLabel('Write to the customer').waitFor()
    await expect.poll(() => page.getByLabel('Write to the customer').inputValue()).toBe('a draft')
    await picture(page, 'desk-chat')
    await faultless(watched)
    const { body: seen } = await visitor.ask('GET', path)
    expect(seen.messages.at(-1)).toMatchObject({ by: 'agent', name: 'Agent 1', text: 'Yes, I am' })

    const attach = async (name: string, text: string): Promise<void> => {
      const button = page.getByRole('button', { name: 'Attach a file' })
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()])
      await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })
    }
    await attach('offer.txt', '<html></html>')
    await page.getByText('The file was not sent').waitFor()
    // Mended, under its old name.
    await attach('offer.txt', 'Our offer')
    const sent = page.locator('[data-line]').getByRole('button', { name: 'offer.txt' })
    const [download] = await Promise.all([page.waitForEvent('download'), sent.click()])
    expect(readFileSync(await download.path(), 'utf8')).toBe('Our offer')
    await page.getByText('The file was not sent').waitFor({ state: 'detached' })
    await picture(page, 'desk-chat-file')
    const { body: told } = await visitor.ask('GET', path)
    expect(told.messages.at(-1)).toMatchObject({ by: 'agent', files: [{ name: 'offer.txt' }] })
    await press(page, 'complete')
    await press(page, 'finish')
    await page.getByText('Nothing to do at this moment').waitFor()
    expect(centre.state.interactions.has(body.id)).toBe(false)
    await page.context().close()
  })

  it('shows written work side by side as far as there is room, accepts and completes it (DSK-11)', async () => {
    const watched = await desk()
    const { page } = watched
    const ids = ['ix-chat-1', 'ix-chat-2']
    for (const interaction of ids) {
      await centre.submit({
        type: 'CreateContact',
        interaction,
        medium: 'chat',
        from: `${interaction}@example.org`,
        queue: 'support',
      })
      await page.locator(`[data-item=${interaction}][data-state=offered]`).click()
      await press(page, 'accept')
      await page.locator(`[data-item=${interaction}][data-state=connected]`).waitFor()
    }
    expect(await page.locator('[data-item]').count()).toBe(2)
    await page.keyboard.press('Alt+j')
    await picture(page, 'desk-chats')
    await faultless(watched)
    for (const interaction of ids) {
      await page.locator(`[data-item=${interaction}]`).click()
      await press(page, 'complete')
      await press(page, 'finish')
      await page.locator(`[data-item=${interaction}]`).waitFor({ state: 'detached' })
    }
    await page.context().close()
  })

  it('is whole in the dark, in German, on a phone, at 200 % and from right to left', async () => {
    const views = [
      { name: 'dark', options: { colorScheme: 'dark' as const }, rtl: false },
      { name: 'german', options: { locale: 'de-DE' }, rtl: false },
      // 200 % of 1360 pixels leaves 680 of the page's own.
      { name: 'zoomed', options: { viewport: { width: 680, height: 430 } }, rtl: false },
      { name: 'phone', options: { viewport: { width: 390, height: 844 } }, rtl: false },
      { name: 'rtl', options: {}, rtl: true },
    ]
    for (const { name, options, rtl } of views) {
      const watched = await desk(options)
      const { page } = watched
      if (rtl) await page.evaluate("document.documentElement.dir = 'rtl'")
      const id = await rings(page)
      await centre.answer(id)
      await page.locator('textarea[name=note]').waitFor()
      await picture(page, `desk-${name}`)
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(overflow, `${name} is wider than the screen`).toBe(0)
      await faultless(watched)
      await centre.submit({ type: 'End', interaction: id, by: 'test' })
      await centre.submit({ type: 'End', interaction: id, by: 'test' })
      await page.context().close()
    }
  })

  it('says nothing that is not in the catalogue, and bears words that are half as long again', async () => {
    const watched = await open(stage.browser, centre.base)
    const { page } = watched
    await page.evaluate("localStorage.setItem('tandem.language', 'pseudo')")
    await page.reload()
    await logIn(page, 'agent1')
    await page.waitForURL(/\/desk/)
    // Nobody who has called before: what was noted then is no text of the page.
    const id = await rings(page, '+49309998877')
    await centre.answer(id)
    await page.locator('textarea[name=note]').waitFor()
    await picture(page, 'desk-pseudo')
    const texts = (await page.evaluate(VISIBLE_TEXTS)) as readonly string[]
    expect(texts.filter((text) => !text.includes('⟦') && !IS_DATA.test(text))).toEqual([])
    expect(texts.filter((text) => text.includes('⟦')).length).toBeGreaterThan(15)
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow).toBe(0)
    await page.context().close()
  })

  it('tells of a voice message for its queue at once, plays it, calls back, and removes it with a way back (VML-05)', async () => {
    const watched = await desk()
    const { page } = watched
    await page.getByText('No voice messages for you or your queues').waitFor()
    const message = await leaveMessage(centre, 'ix-desk-message', '2002')
    const entry = page.locator(`[data-message="${message}"]`)
    await entry.getByText('its sound is being stored').waitFor()
    await page.locator('[data-messages][data-unheard="1"]').waitFor()
    await storeMessage(centre, message)
    await entry.locator('[data-listen]').waitFor()
    expect(await entry.innerText()).toContain('Agent 2')
    await picture(page, 'desk-message')
    await faultless(watched)
    await page.keyboard.press('Alt+V')
    await page.keyboard.press('Enter')
    await page.locator(`[data-message="${message}"][data-heard=true]`).waitFor()
    await page.locator('[data-messages][data-unheard="0"]').waitFor()
    await picture(page, 'desk-message-heard')
    await faultless(watched)
    await entry.getByRole('button', { name: 'Call back: Agent 2' }).click()
    await expect
      .poll(() => [...centre.state.interactions.values()].map(({ to }) => to), { timeout: 60_000 })
      .toContain('2002')
    await entry.locator('[data-remove]').click()
    await entry.waitFor({ state: 'detached' })
    await page.locator('[data-undo]').click()
    await entry.locator('[data-remove]').click()
    await entry.waitFor({ state: 'detached' })
    expect(messagesOf(centre.state.mailboxes, 'support')).toMatchObject([
      { id: message, heard: { by: 'agent1' }, removed: { by: 'agent1' } },
    ])
    await page.context().close()
  })

  it('loads less than 300 kB of script at first, compressed', () => {
    const bytes = firstScripts(stage.webFolder, 'desk/index.html').reduce(
      (sum, file) => sum + gzipSync(readFileSync(file)).length,
      0,
    )
    console.info(JSON.stringify({ figure: 'desk-first-script', bytes, limit: 300_000 }))
    expect(bytes).toBeLessThan(300_000)
  })
})

/** What the catalogue does not say: names, numbers, times, figures, codes of the queue, the product. */
const IS_DATA =
  /^(Tandem|Agent 1|[\d:.,+–%/\s]+|\d.*(AM|PM)|Question answered|Order placed|Complaint|To be called back|Wrong number|·|∅)$/

/** All pieces of text that the page shows. */
const VISIBLE_TEXTS = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim()
    if (text !== '' && !node.parentElement.closest('script,style,noscript,template')) found.push(text)
  }
  return found
})()`

/** The page's scripts and what they import at once; what is imported later is no part of the first load. */
function firstScripts(folder: string, page: string): readonly string[] {
  const html = readFileSync(join(folder, page), 'utf8')
  const known = new Set(readdirSync(join(folder, 'assets')))
  const found = new Set([...html.matchAll(/assets\/([\w.-]+\.js)/g)].map((match) => match[1]!))
  for (const name of found) {
    const text = readFileSync(join(folder, 'assets', name), 'utf8')
    for (const [, imported] of text.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) {
      if (imported && known.has(imported)) found.add(imported)
    }
  }
  expect(found.size, 'scripts are found in the page').toBeGreaterThan(0)
  return [...found].map((name) => join(folder, 'assets', name))
}
