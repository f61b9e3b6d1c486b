import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture, ringLong } from './page-kit.ts'

const missing = missingBrowser()
const interaction = 'ix-0123456789abcdef01234567'
const number = '+491701234567'
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  await ringLong(centre)
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  const smpp = { host: '127.0.0.1', port: 1, security: 'none' as const, systemId: 'tandem' }
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
    changes: [
      {
        ...{ kind: 'sms-account', name: 'texts' },
        value: { name: 'texts', queue: 'support', address: '+4915550100', secret: 'texts', smpp },
      },
    ],
  })
  await centre.submitMails(
    { machine: 'sms', command: { type: 'TakeText', arrival: { account: 'texts', number, key: 'k' }, interaction } },
    {
      machine: 'centre',
      command: { type: 'CreateContact', interaction, medium: 'sms', from: number, queue: 'support' },
    },
    {
      machine: 'centre',
      command: { type: 'SendMessage', interaction, message: 'text-1', text: 'Wo ist mein Paket? 📦' },
    },
  )
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

/** What the adapter tells of the text that leaves, and the conversation of it. */
async function tell(id: string, type: 'TryPart' | 'LosePart' | 'SentPart', state?: 'uncertain' | 'sent') {
  await centre.submitMails({ machine: 'sms', command: { type, text: id, part: 0 } })
  if (state) await centre.submit({ type: 'ReportMessage', interaction, message: id, delivery: { state } })
}

describe.skipIf(missing)(`text messages on the desk${missing ? ` (${missing})` : ''}`, () => {
  it('are answered like a chat; what nobody can know is said, and sent again when the agent says so (DIG-09, IR-22, IR-23)', async () => {
    const { page } = await open(browser, centre.base)
    await page.goto(`${centre.base}/desk`)
    await logIn(page, 'agent1')
    await page
      .getByRole('button', { name: /accept/i })
      .first()
      .click()
    await page.getByText('Wo ist mein Paket?').waitFor()
    const field = page.getByRole('textbox', { name: 'Write to the customer' })
    // Counted as it leaves: the picture needs the larger alphabet.
    await field.fill('x'.repeat(161))
    await page.locator('[data-messages="2"]').waitFor()
    await field.fill('x'.repeat(1_600))
    await page.getByText('11 messages, and 10 are the limit').waitFor()
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
    await field.fill('Es kommt heute 🚚')
    await page.locator('[data-messages="1"]').waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('[data-delivery=waiting]').waitFor()
    const [text] = [...centre.texts.outgoing.values()]
    expect(text).toMatchObject({ number, parts: [{ text: 'Es kommt heute 🚚', state: 'waiting' }] })

    await tell(text!.id, 'TryPart')
    await tell(text!.id, 'LosePart', 'uncertain')
    await page.locator('[data-delivery=uncertain]').waitFor()
    await picture(page, 'text-message')
    expect(await accessibilityFaults(page)).toEqual([])
    await centre.restart()
    await page.reload()
    await page.locator('[data-delivery=uncertain]').waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await expect.poll(() => centre.texts.outgoing.get(text!.id)?.parts[0]?.state, { timeout: 30_000 }).toBe('waiting')
    await tell(text!.id, 'TryPart')
    await tell(text!.id, 'SentPart', 'sent')
    await page.locator('[data-delivery=sent]').waitFor()
  })

  it('are begun by the agent: a number, a text, and the conversation is there (IR-15)', async () => {
    const { page } = await open(browser, centre.base)
    await page.goto(`${centre.base}/desk`)
    await logIn(page, 'agent2')
    // Who only writes needs no phone.
    await page.getByRole('button', { name: /^Your phone/ }).click()
    await page.getByRole('menuitem', { name: 'No phone, no calls' }).click()
    await page.locator('[data-station=none]').waitFor()
    expect(centre.state.agents.get('agent2')?.phoneless).toBe(true)
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'To' }).fill('0170 5550123')
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Ihr Paket ist da')
    await dialog.getByText('one message').waitFor()
    await dialog.getByRole('button', { name: 'Send' }).click()
    // Written as networks write it, or nobody knows whose the answer is.
    await dialog.getByText('+ and the country before the number').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'begin-text')
    await dialog.getByRole('textbox', { name: 'To' }).fill('+49 170 5550123')
    await dialog.getByRole('button', { name: 'Send' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.locator('[data-delivery=waiting]').waitFor()
    await page.getByText('Ihr Paket ist da').waitFor()
    const [text, ...more] = [...centre.texts.outgoing.values()].filter(({ user }) => user === 'agent2')
    expect([text?.number, more]).toEqual(['+491705550123', []])
    await centre.restart()
    await page.reload()
    await page.getByText('Ihr Paket ist da').waitFor()
    await picture(page, 'begun-text')
  })
})

describe.skipIf(missing)(`faxes on the desk${missing ? ` (${missing})` : ''}`, () => {
  it('are sent first by the agent: a number, the pages, and they wait to leave, once (IR-15)', async () => {
    const smtp = { host: '127.0.0.1', port: 1, security: 'none' as const }
    const value = { ...{ name: 'faxes', queue: 'support', address: 'fax@centre.example' }, imap: smtp, smtp }
    await centre.submit({
      ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
      changes: [{ kind: 'mail-account', name: 'faxes', value: { ...value, fax: { domain: 'fax.example' } } }],
    })
    const { page } = await open(browser, centre.base)
    await page.goto(`${centre.base}/desk`)
    await logIn(page, 'agent3')
    await page.getByRole('button', { name: 'Fax', exact: true }).click()
    const dialog = page.getByRole('dialog')
    const send = dialog.getByRole('button', { name: 'Send' })
    const pages = dialog.locator('input[type=file]')
    await dialog.getByRole('textbox', { name: 'To' }).fill('+49 30 5550199')
    expect(await send.isDisabled()).toBe(true)
    // What it is, is seen from what is in it.
    await pages.setInputFiles({ name: 'order.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no pages') })
    await send.click()
    await dialog.getByRole('alert').getByText('send a PDF or a TIFF').waitFor()
    await pages.setInputFiles({
      name: 'offer.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.4 a page'),
    })
    await dialog.locator('[data-document]').getByText('offer.pdf').waitFor()
    await dialog.getByRole('textbox', { name: /^Text/ }).fill('Unser Angebot')
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'begin-fax')
    await send.click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Unser Angebot').waitFor()
    await page.locator('[data-delivery=waiting]').waitFor()
    const faxes = [...centre.state.interactions.values()].filter(({ medium }) => medium === 'fax')
    expect(faxes.map(({ to, direction }) => [to, direction])).toEqual([['+49305550199', 'outbound']])
    const sent = faxes[0]?.conversation?.messages.flatMap(({ files }) => files ?? [])
    expect(sent?.map(({ name }) => name)).toEqual(['offer.pdf'])
    await page.context().close()
  })
})
