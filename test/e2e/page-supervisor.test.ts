import { rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture, ringLong } from './page-kit.ts'

const missing = missingBrowser()
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined

/** A second of 16-bit sound in two channels: the first is loud at the beginning, the second at the end. */
function sound(): Buffer {
  const frames = 8000
  const data = Buffer.alloc(4 * frames)
  for (let frame = 0; frame < frames; frame++) {
    const channel = frame < frames / 2 ? 0 : 1
    data.writeInt16LE(frame % 2 === 0 ? 16_000 : -16_000, 4 * frame + 2 * channel)
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(32_000, 28)
  head.writeUInt16LE(4, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

/** A call that was answered and is over, from this number; gives the ids of its recordings. */
async function pastCall(interaction: string, from: string): Promise<readonly string[]> {
  await centre.call(interaction, '1001', from)
  const phase = centre.state.interactions.get(interaction)?.phase
  const user = phase?.state === 'offered' ? phase.user : 'none'
  await centre.answer(interaction)
  const recordings = centre.state.interactions.get(interaction)?.recordings ?? []
  await centre.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
  await centre.submit({ type: 'EndWrapUp', interaction, user })
  await centre.settle()
  return recordings.map(({ id }) => id)
}

/** The sound of a recording is stored, as the archive does it. */
async function store(recording: string, interaction: string): Promise<void> {
  const blobKey = `recordings/${recording}.wav`
  const { sha256, sizeBytes } = await centre.blobs.put(blobKey, sound())
  await centre.recordings.upsert({
    ...{ id: recording, interaction, startedAt: Date.now(), durationMs: 1000, channels: 2, codec: 'pcm' },
    ...{ state: 'stored', blobKey, sizeBytes, sha256, attributes: {} },
  })
}

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  await ringLong(centre)
  for (const user of ['agent1', 'agent2']) await centre.submit({ type: 'SetReachable', user, reachable: true })
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

async function supervisor(options: Parameters<typeof open>[2] = {}): Promise<{ page: Page; complaints: string[] }> {
  const opened = await open(browser, `${centre.base}/supervisor`, options)
  await logIn(opened.page, 'supervisor')
  await opened.page.locator('[data-state=live]').waitFor()
  return opened
}

describe.skipIf(missing)(`the page of a supervisor${missing ? ` (${missing})` : ''}`, () => {
  it('finds a past call by its number, and plays its recording in two channels (QMS-01, MED-04)', async () => {
    const [recording = 'none'] = await pastCall('ix-heard', '+4930777001')
    await store(recording, 'ix-heard')
    await pastCall('ix-other', '+4930888002')
    const { page, complaints } = await supervisor()
    await page.getByText('Past calls').click()
    await page.locator('[data-past=ix-other]').waitFor()
    await page.getByLabel('Number').fill('77')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('Type at least three digits.').waitFor()
    await page.getByLabel('Number').fill('0 777 001')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.locator('[data-past=ix-other]').waitFor({ state: 'detached' })
    await page.getByLabel('Queue').selectOption('support')
    await page.getByRole('button', { name: 'Search' }).click()
    await picture(page, 'past-calls')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('[data-past=ix-heard] button').click()
    await page.getByRole('button', { name: 'Listen' }).click()
    await page.locator('[data-channels="2"]').waitFor()
    const play = page.getByRole('button', { name: 'Play', exact: true })
    await page.getByLabel('Speed').selectOption('1.5')
    await page.getByRole('button', { name: '10 s ahead' }).click()
    await page.getByRole('button', { name: '10 s back' }).click()
    await play.waitFor()
    expect(await page.getByRole('link', { name: 'Download' }).getAttribute('download')).toBe(`${recording}.wav`)
    await picture(page, 'recording')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('shows figures of today by interval, and the calls that one counts (promise 11, RPT-02, RPT-10)', async () => {
    await pastCall('ix-report', '+4930777003')
    const { page, complaints } = await supervisor()
    await page.getByText('Reports').click()
    await page.getByLabel('Interval', { exact: true }).selectOption('day')
    await page.getByRole('button', { name: 'Show' }).click()
    const answered = page.locator('[data-report-row=support] [data-report-figure="answered@1"]')
    await answered.waitFor()
    await picture(page, 'reports')
    expect(await accessibilityFaults(page)).toEqual([])
    const count = await answered.innerText()
    await answered.click()
    await page.locator(`[data-counted="${count}"]`).waitFor()
    await page.keyboard.press('Escape')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^queues-.*\.csv$/)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('opens the calls that the service level counts, and the agents and calls that a number of agents is (promise 11)', async () => {
    await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    await pastCall('ix-level', '+4930777003')
    await centre.settle()
    const { page, complaints } = await supervisor()
    const support = page.locator('[data-queue=support]')
    await support.locator('[data-figures^=service-level]').click()
    await page.getByRole('dialog', { name: /support: Service level today/ }).waitFor()
    const counted = Number(await page.locator('[data-counted]').getAttribute('data-counted'))
    const live = (await (await Asker.as(centre.base, 'supervisor')).ask('GET', '/queues/support/live')).body
    expect(counted).toBe(live.serviceLevelToday.answered + live.serviceLevelToday.abandoned)
    await picture(page, 'board-service-level', false)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    // Whoever works with the keyboard goes on where the number is.
    await support.locator('[data-figures^=service-level]:focus').waitFor()

    await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
    await centre.call('ix-drill', '1001', '+4930555777')
    await centre.answer('ix-drill')
    const who = centre.state.interactions.get('ix-drill')!.participants.find(({ user }) => user !== undefined)!.user!
    await support.locator('[data-agents=busy]').click()
    await page.locator('[data-filtered=true] [data-agents=busy]').waitFor()
    await page.locator(`[data-agent=${who}]`).waitFor()
    expect(await page.locator('[data-agent]').count()).toBe(1)
    await picture(page, 'board-drill-down', false)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator(`[data-agent=${who}]`).getByRole('button', { name: 'with +4930555777' }).press('Enter')
    await page.getByRole('dialog').getByText('+4930555777').first().waitFor()
    expect(complaints).toEqual([])
    for (let i = 0; i < 2; i++) await centre.submit({ type: 'End', interaction: 'ix-drill', by: 'test' })
    await page.context().close()
  })

  it('lets a supervisor listen, coach, join and take over by buttons and keys, and says how they are heard (DSK-07)', async () => {
    const id = await centre.call('ix-monitored', '1001', '+4930777009')
    const agent = await centre.answer(id)
    const name = centre.state.interactions.get(id)?.participants.find((one) => one.id === agent)?.displayName
    const own = () => centre.state.interactions.get(id)?.participants.find((one) => one.kind === 'supervisor')
    const { page, complaints } = await supervisor()
    await page.locator(`[data-call=${id}]`).click()
    const box = page.locator('[data-supervised]')
    await box.getByText('You are not in this conversation.').waitFor()
    // No phone of the supervisor is registered: what to do about it is said.
    await box.getByRole('button', { name: 'Listen' }).click()
    await box.getByRole('alert').getByText('It is heard by your own phone').waitFor()
    await centre.submit({ type: 'SetReachable', user: 'supervisor', reachable: true })
    await page.keyboard.press('Alt+l')
    await box.getByText('Listen: answer your phone').waitFor()
    await centre.submit({ type: 'ReportConnected', interaction: id, participant: own()?.id ?? 'none' })
    await box.getByText(`You listen to the call of ${name} with +4930777009.`).waitFor()
    await picture(page, 'supervise-call')
    expect(await accessibilityFaults(page)).toEqual([])
    await box.getByRole('button', { name: 'Coach' }).click()
    await page.locator('[data-supervised=coach]').waitFor()
    expect(own()?.supervises?.mode).toBe('coach')
    await page.keyboard.press('Alt+j')
    await page.locator('[data-supervised=join]').waitFor()
    await page.keyboard.press('Alt+o')
    await page.getByRole('button', { name: 'No', exact: true }).click()
    expect(own()?.supervises?.mode).toBe(undefined)
    await page.keyboard.press('Alt+o')
    await page.getByRole('button', { name: 'Take it over' }).click()
    await page.locator('[data-supervised=take-over]').waitFor()
    expect(centre.state.interactions.get(id)?.participants.find((one) => one.id === agent)?.connection).toBe('cleared')
    await page.keyboard.press('Escape')
    await page.locator(`[data-supervising=${id}]`).getByText('You have taken over the call').waitFor()
    await page.getByRole('button', { name: 'Show the call' }).click()
    await page.locator('[data-supervised=take-over]').waitFor()
    await page.keyboard.press('Alt+q')
    await page.locator(`[data-supervising=${id}]`).waitFor({ state: 'detached' })
    expect(centre.state.interactions.get(id)?.participants.some((one) => one.connection === 'connected')).toBe(false)
    await centre.submit({ type: 'EndWrapUp', interaction: id, user: 'agent1' })
    expect(complaints.filter((words) => !words.includes('status of 409'))).toEqual([])
    await page.context().close()
  })

  it('moves a waiting call to an agent or a queue, with its place and why, and not one that was answered meanwhile', async () => {
    const id = await centre.call('ix-moved', '1002', '+4930777010')
    const { page, complaints } = await supervisor()
    await page.locator(`[data-call=${id}]`).click()
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    const search = page.getByLabel('Search a queue or an agent').first()
    await search.fill('supp')
    await search.press('ArrowDown')
    await page.getByLabel('before all others').check()
    await page.getByLabel('Why (stands in the timeline)').fill('wrong number')
    await picture(page, 'move-call')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Move to support' }).click()
    await page.getByText('Moved to support by supervisor: wrong number').waitFor()
    expect(centre.state.interactions.get(id)?.phase).toMatchObject({ queue: 'support' })
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    await page.locator('[data-move]').waitFor()
    // While the dialog is open an agent answers it.
    await centre.answer(id)
    await page.locator('[data-target=sales]').click()
    await page.getByRole('button', { name: 'Move to sales' }).click()
    await page.getByRole('alert').getByText('is connected by now').waitFor()
    expect(centre.state.interactions.get(id)?.phase).toMatchObject({ state: 'connected', queue: 'support' })
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    await centre.submit({ type: 'EndWrapUp', interaction: id, user: 'agent1' })
    expect(complaints.filter((words) => !words.includes('status of 409'))).toEqual([])
    await page.context().close()
  })

  it('gives what waits another priority and the former again, is told by whom, and not what was answered meanwhile', async () => {
    const id = await centre.call('ix-priority', '1002', '+4930777011')
    const { page, complaints } = await supervisor()
    await page.locator(`[data-call=${id}]`).click()
    await page.getByRole('button', { name: 'Priority 50' }).click()
    const dialog = page.getByRole('dialog', { name: 'Another priority' })
    await dialog.getByLabel('Priority').fill('90')
    await dialog.getByLabel('Why (stands in the timeline)').fill('called twice')
    await picture(page, 'change-priority')
    expect(await accessibilityFaults(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Change the priority' }).click()
    await page.getByText('Priority 50 changed to 90 by supervisor: called twice').waitFor()
    expect(centre.state.interactions.get(id)?.phase).toMatchObject({ priority: 90 })
    await page.getByRole('button', { name: 'Priority 90' }).click()
    await dialog.getByRole('button', { name: 'Back to 50' }).click()
    await page.getByText('Priority 90 changed to 50 by supervisor').waitFor()
    await page.getByRole('button', { name: 'Priority 50' }).click()
    await dialog.waitFor()
    // While the dialog is open it is moved, and an agent answers it.
    const to = { type: 'queue', queue: 'support', place: 'kept' } as const
    await centre.submit({ type: 'Move', interaction: id, by: 'supervisor', to })
    await centre.answer(id)
    await dialog.getByLabel('Priority').fill('60')
    await dialog.getByRole('button', { name: 'Change the priority' }).click()
    await dialog.getByRole('alert').getByText('waits in no queue').waitFor()
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    await centre.submit({ type: 'EndWrapUp', interaction: id, user: 'agent1' })
    expect(complaints.filter((words) => !words.includes('status of 409'))).toEqual([])
    await page.context().close()
  })

  it('changes an agent’s status, note and queues on their behalf, shows its day, and lets an agent do so to nobody (AGS-01, AGS-07, DSK-02)', async () => {
    const { page, complaints } = await supervisor()
    await page.locator('[data-agent=agent1]').getByRole('button', { name: 'Agent 1', exact: true }).click()
    await page.getByRole('button', { name: 'Not ready', exact: true }).click()
    await page.locator('[data-agent=agent1][data-status=not-ready]').waitFor()
    expect(centre.state.agents.get('agent1')?.chosen.status).toBe('not-ready')
    await page.locator('[data-stretch=not-ready]').first().waitFor()
    await page.getByLabel('What colleagues read beside it').fill('back at three')
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    await page.locator('[data-presence-note="back at three"]').waitFor()
    expect(centre.state.agents.get('agent1')?.note).toBe('back at three')
    await page.getByRole('checkbox', { name: 'support' }).click()
    await page.getByRole('checkbox', { name: 'support', checked: false }).waitFor()
    await picture(page, 'agent-control')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Log off', exact: true }).click()
    await page.getByRole('button', { name: 'Log off', pressed: true }).waitFor()
    expect(centre.state.agents.get('agent1')?.inactive).toEqual(['support'])
    expect(complaints).toEqual([])
    await page.context().close()
    const own = await open(browser, `${centre.base}/supervisor`)
    await logIn(own.page, 'agent3')
    await own.page.locator('[data-agent=agent3]').waitFor()
    expect(await own.page.locator('[data-agent=agent3] button').count()).toBe(0)
    expect(await own.page.getByText('Past calls').count()).toBe(0)
    await own.page.context().close()
  })

  it('shows the queues and calls that are chosen, keeps the view under a name, and opens who waits from the number (promise 11)', async () => {
    await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })
    await centre.submit({ type: 'ChooseStatus', user: 'agent2', status: 'not-ready' })
    await centre.call('ix-view-1', '1001')
    await centre.call('ix-view-2', '1002')
    const { page, complaints } = await supervisor()
    await page.locator('[data-call=ix-view-1]').waitFor()
    await page.locator('[data-queue=sales] [data-figure=waiting] button').click()
    await page.locator('[data-queue=support]').waitFor({ state: 'detached' })
    await page.locator('[data-call=ix-view-1]').waitFor({ state: 'detached' })
    await page.locator('[data-call=ix-view-2]').waitFor()
    await page.getByRole('button', { name: 'Save this view' }).click()
    await page.getByLabel('Name of the view').fill('Sales, waiting')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await picture(page, 'board-view')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Show all', exact: true }).click()
    await page.locator('[data-call=ix-view-1]').waitFor()
    await page.reload()
    await page.locator('[data-call=ix-view-1]').waitFor()
    await page.getByLabel('Saved views').selectOption('Sales, waiting')
    await page.locator('[data-call=ix-view-1]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Remove this view' }).click()
    await page.getByLabel('Saved views').waitFor({ state: 'detached' })
    for (const interaction of ['ix-view-1', 'ix-view-2'])
      await centre.submit({ type: 'End', interaction, by: 'supervisor' })
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('says what is beyond its threshold, in words, who takes care of it, and when it was (RPT-01, RPT-06)', async () => {
    const value = { figure: 'waiting', comparison: 'above', value: 0, level: 'critical' } as const
    const version = centre.state.configuration.version
    await centre.submit({
      ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: version },
      changes: [{ kind: 'threshold', name: 'anybody', value: { name: 'anybody', queue: 'sales', ...value } }],
    })
    const { page, complaints } = await supervisor()
    await centre.call('ix-alert', '1002')
    await page.locator('[data-alert=anybody]').getByText('sales: waiting 1, more than 0').waitFor()
    await picture(page, 'alerts')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByLabel('No sound').check()
    await page.getByRole('button', { name: 'I take care' }).click()
    await page.locator('[data-acknowledged=supervisor]').waitFor()
    await centre.submit({ type: 'End', interaction: 'ix-alert', by: 'supervisor' })
    await page.locator('[data-alert=anybody]').waitFor({ state: 'detached' })
    await page.getByText('Alerts', { exact: true }).click()
    const row = page.locator('[data-past-alert=anybody][data-ended=restored]')
    await row.getByText('supervisor').first().waitFor()
    expect(await row.locator('td').last().innerText()).toContain('supervisor')
    await picture(page, 'alert-history')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('is whole in the dark, on a phone and in German', async () => {
    for (const [name, options] of [
      ['dark', { colorScheme: 'dark' as const }],
      ['phone', { viewport: { width: 390, height: 844 }, locale: 'de-DE' }],
    ] as const) {
      const { page } = await supervisor(options)
      for (const view of ['past', 'reports']) {
        await page.goto(`${centre.base}/supervisor#${view}`)
        await page.reload()
        await page
          .locator(view === 'past' ? '[data-past]' : '[data-report-row]')
          .first()
          .waitFor()
        await picture(page, `${view}-${name}`)
        expect(await accessibilityFaults(page), `${view} ${name}`).toEqual([])
        const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        expect(over, `${view} is wider than the screen: ${name}`).toBe(0)
      }
      await page.context().close()
    }
  })
})
