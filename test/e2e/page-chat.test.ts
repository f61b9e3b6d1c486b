import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customerOf } from '#kernel/interaction'
import { Asker, TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture, ringLong } from './page-kit.ts'

const missing = missingBrowser()
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined
let agent: Asker

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  await ringLong(centre)
  await mailAccount(centre)
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

/** Texts of chats leave by it. */
async function mailAccount(centre: TestCentre): Promise<void> {
  const server = { host: '127.0.0.1', port: 1, security: 'none' as const }
  const value = { name: 'help', queue: 'support', address: 'help@centre.example', imap: server, smtp: server }
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'test', basedOn: centre.state.configuration.version },
    changes: [{ kind: 'mail-account', name: 'help', value }],
  })
}

/** Other scripts of the website must not grow much by it. */
const SCRIPT_BYTES_MAX = 40_000

let lines = 0
const say = (id: string, text: string) =>
  agent.ask('POST', `/interactions/${id}/conversation/messages`, { id: `agent-line-${lines++}`, text })

describe.skipIf(missing)(`the chat on a website${missing ? ` (${missing})` : ''}`, () => {
  it('is one script of less than 40 kB', () => {
    expect(gzipSync(readFileSync(join(webFolder!, 'widget/chat.js'))).length).toBeLessThan(SCRIPT_BYTES_MAX)
  })

  it('DIG-01 IR-14 goes from the button to an answer, through a reload and a takeover, with every line once (SW-106, FS-05)', async () => {
    const { page, complaints } = await open(browser, centre.base)
    await page.goto(`${centre.base}/visit`)
    await page.getByRole('button', { name: 'Chat with us' }).click()
    await page.getByLabel('Your name').fill('Ada')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByLabel('How can we help?').fill('My bill is <b>wrong</b>')
    await page.getByRole('button', { name: 'Start chat' }).click()
    await page.locator('[data-state=waiting]').waitFor()
    const id = [...centre.state.interactions.keys()].at(-1)!
    expect((await agent.ask('POST', `/interactions/${id}/accept`)).status).toBe(200)
    await page.getByText('You are talking to Agent 1.').waitFor()
    // Whatever somebody writes is text, on either side.
    await say(id, '<img src=x onerror="document.title=1">')
    await page.getByText('<img src=x onerror="document.title=1">').waitFor()
    await page.getByText('My bill is <b>wrong</b>').waitFor()
    await picture(page, 'chat')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.reload()
    await page.getByText('You are talking to Agent 1.').waitFor()
    await centre.restart()
    await page.getByLabel('Write a message').fill('written in between')
    await page.keyboard.press('Enter')
    await page.getByText('written in between').waitFor()
    await page.locator('[data-unsent]').waitFor({ state: 'detached' })
    await say(id, 'I see')
    await page.getByText('I see').waitFor()
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    const said = body.messages.flatMap(({ text, note }: { text: string; note: string | null }) => (note ? [] : [text]))
    expect(said).toEqual([
      'My bill is <b>wrong</b>',
      '<img src=x onerror="document.title=1">',
      'written in between',
      'I see',
    ])
    expect(await page.title()).toBe('A website with a chat')
    await page.getByRole('button', { name: 'End chat' }).click()
    // The agent's work after it ends by itself: then the text may be asked for.
    await agent.ask('POST', `/interactions/${id}/wrap-up`)
    await page.getByLabel('Your e-mail').fill('ada@customer.example')
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'chat-over')
    await page.getByRole('button', { name: 'Send me the text' }).click()
    await page.getByText('The text of this chat is on its way to ada@customer.example.').waitFor()
    const [transcript] = [...centre.mails.outgoing.values()]
    expect(transcript).toMatchObject({ to: ['ada@customer.example'], text: expect.stringContaining('I see') })
    await page.getByRole('button', { name: 'Start another chat' }).click()
    await page.getByLabel('Your name').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('speaks German, fits a phone and dark colours, and takes a file', async () => {
    const { page } = await open(browser, centre.base, { viewport: { width: 390, height: 780 }, colorScheme: 'dark' })
    await page.route('**/visit', async (route) => {
      const response = await route.fetch()
      await route.fulfill({
        response,
        body: (await response.text()).replace('data-title', 'data-lang="de" data-title'),
      })
    })
    await page.goto(`${centre.base}/visit`)
    await page.getByRole('button', { name: 'Chatten Sie mit uns' }).click()
    await page.getByLabel('Ihr Name').fill('Ada')
    await page.getByLabel('Wie können wir helfen?').fill('Guten Tag')
    await page.getByRole('button', { name: 'Chat beginnen' }).click()
    await page.locator('[data-state=waiting]').waitFor()
    await page.locator('input[type=file]').setInputFiles({
      name: 'notiz.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Guten Tag'),
    })
    await page.getByRole('button', { name: 'notiz.txt' }).waitFor()
    await page.locator('input[type=file]').setInputFiles({
      name: 'seite.html',
      mimeType: 'text/html',
      buffer: Buffer.from('<html></html>'),
    })
    await page.getByText(/Die Datei wurde nicht gesendet/).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'chat-phone-de')
    await page.context().close()
  })
})

describe.skipIf(missing)(`a callback from a website${missing ? ` (${missing})` : ''}`, () => {
  it('DIG-04 DIG-05 is offered while nobody is there and beside a chat that waits, and survives reload and takeover', async () => {
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: false })
    const { page, complaints } = await open(browser, centre.base, { timezoneId: 'Europe/Berlin' })
    await page.goto(`${centre.base}/visit`)
    await page.getByRole('button', { name: 'Chat with us' }).click()
    await page.getByText('Nobody is here at this moment.').waitFor()
    await page.getByLabel('Your telephone number').fill('call me')
    await page.getByLabel('I agree to be called').check()
    await page.getByRole('button', { name: 'Call me', exact: true }).click()
    await page.getByText('This is no telephone number.').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByLabel('Your telephone number').fill('+49 (30) 555-0101')
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
    await page.getByLabel('When?').fill(`${day}T12:30`)
    await page.getByLabel('What is it about?').fill('<b>My bill</b>')
    await page.getByRole('button', { name: 'Call me', exact: true }).click()
    await page.locator('[data-callback=scheduled]').waitFor()
    await picture(page, 'callback')
    expect(await accessibilityFaults(page)).toEqual([])
    const [made] = [...centre.state.interactions.values()].filter(({ from }) => from === '+49305550101')
    expect(made).toMatchObject({ medium: 'callback', subject: '<b>My bill</b>' })
    const at = made?.phase.state === 'created' ? (made.phase.due?.at ?? 0) : 0
    expect(new Date(at).toLocaleTimeString('de', { timeZone: 'Europe/Berlin', timeStyle: 'short' })).toBe('12:30')
    await page.reload()
    await page.locator('[data-callback=scheduled]').waitFor()
    await centre.restart()
    await page.getByRole('button', { name: 'Do not call me' }).click()
    await page.getByLabel('Your telephone number').waitFor()
    expect(centre.state.interactions.has(made!.id)).toBe(false)
    // Whoever waits in the chat asks for a call besides, and keeps both places.
    await page.getByRole('button', { name: 'Chat instead' }).click()
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('How can we help?').fill('Is anybody there?')
    await page.getByRole('button', { name: 'Start chat' }).click()
    await page.locator('[data-state=waiting]').waitFor()
    await page.getByRole('button', { name: 'Be called instead' }).click()
    await page.getByLabel('Your telephone number').fill('+49305550102')
    await page.getByLabel('I agree to be called').check()
    await page.getByRole('button', { name: 'Call me', exact: true }).click()
    await page.locator('[data-callback=waiting]').waitFor()
    const both = [...centre.state.interactions.values()].filter((one) => customerOf(one) === '+49305550102')
    expect(both.map(({ medium }) => medium).sort()).toEqual(['callback', 'chat'])
    for (const { id } of both) await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(missing)(`colleagues who look for each other${missing ? ` (${missing})` : ''}`, () => {
  it('see what the other is, says, does on the phone and is reached by, as it changes (AGS-05, AGS-06, AGS-08)', async () => {
    const { page, complaints } = await open(browser, `${centre.base}/desk`)
    await logIn(page, 'agent2')
    await page.getByRole('button', { name: 'Colleagues' }).click()
    await page.getByLabel('What colleagues read beside your status').fill('at the front desk')
    await page.getByRole('button', { name: 'Set' }).click()
    await page.locator('[data-presence-note="at the front desk"]').waitFor()
    expect(centre.state.agents.get('agent2')?.note).toBe('at the front desk')
    await page.getByLabel('Write to a colleague').fill('agent 3')
    const presence = page.locator('li', { has: page.locator('[data-colleague=agent3]') }).locator('[data-status]')
    await presence.waitFor()
    expect(await presence.getAttribute('data-line-state')).toBe('none')
    await centre.submit({ type: 'SetReachable', user: 'agent3', reachable: true })
    await page.locator('[data-line-state=idle][data-reached-by=phone]').waitFor()
    await centre.submit({ type: 'ChooseStatus', user: 'agent3', status: 'not-ready', reason: 'Lunch' })
    await centre.submit({ type: 'NotePresence', user: 'agent3', by: 'supervisor', note: 'back at three' })
    await presence.filter({ hasText: /Lunch.*by phone.*back at three/ }).waitFor()
    await centre.submit({ type: 'Arrive', interaction: 'ix-presence', from: '555', to: '2003' })
    await page.locator('[data-line-state=ringing]').waitFor()
    await picture(page, 'colleagues-presence')
    expect(await accessibilityFaults(page)).toEqual([])
    await centre.submit({ type: 'End', interaction: 'ix-presence', by: 'supervisor' })
    await page.locator('[data-line-state=idle]').waitFor()
    await centre.submit({ type: 'SetReachable', user: 'agent3', reachable: false })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(missing)(`colleagues who write to each other${missing ? ` (${missing})` : ''}`, () => {
  it('UCC-03 find each other, are told at once, and lose no line when the core is another (SW-106)', async () => {
    const ada = await open(browser, centre.base)
    const bob = await open(browser, centre.base)
    for (const [{ page }, user] of [
      [ada, 'agent1'],
      [bob, 'supervisor'],
    ] as const) {
      await page.goto(`${centre.base}/${user === 'agent1' ? 'desk' : 'supervisor'}`)
      await logIn(page, user)
    }
    await ada.page.getByRole('button', { name: 'Colleagues' }).click()
    await ada.page.getByLabel('Write to a colleague').fill('superv')
    await ada.page.locator('[data-colleague=supervisor]').click()
    await ada.page.getByLabel('Your line').fill('May I take my break?')
    await ada.page.keyboard.press('Enter')
    // Whoever looks elsewhere sees that there is something.
    await bob.page.getByRole('button', { name: 'Colleagues · 1 unread' }).click()
    await bob.page.locator('[data-room]').click()
    await bob.page.getByText('May I take my break?').waitFor()
    await ada.page.getByText(/^seen by /).waitFor()
    expect(await accessibilityFaults(bob.page)).toEqual([])
    await centre.restart()
    await bob.page.getByLabel('Your line').fill('<b>Yes</b>, at ten')
    await bob.page.getByRole('button', { name: 'Send' }).click()
    await ada.page.getByText('<b>Yes</b>, at ten').waitFor()
    await bob.page.locator('[data-unsent]').waitFor({ state: 'detached' })
    for (const { page } of [ada, bob]) expect(await page.getByRole('dialog').locator('[data-line]').count()).toBe(2)
    await picture(ada.page, 'colleagues')
    await bob.page.keyboard.press('Escape')
    await bob.page.locator('[data-colleagues][data-unread="0"]').waitFor()
    for (const { page, complaints } of [ada, bob]) {
      expect(complaints).toEqual([])
      await page.context().close()
    }
  })
})
