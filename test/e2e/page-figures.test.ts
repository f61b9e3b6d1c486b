/** How long pages take to draw what is long: printed, so this runs beside no other test. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeskStage } from './desk-kit.ts'
import { accessibilityFaults, logIn, missingBrowser, open, picture } from './page-kit.ts'

const missing = missingBrowser()
let stage: DeskStage

beforeAll(async () => {
  if (missing) return
  stage = await DeskStage.start({ users: ['agent1', 'agent2'] })
})
afterAll(() => stage?.close())

/** The board of the supervisor, at one of its views, live. */
async function board(view = '') {
  const watched = await open(stage.browser, `${stage.centre.base}/supervisor${view}`)
  await logIn(watched.page, 'supervisor')
  await watched.page.locator('[data-state=live]').waitFor()
  return watched
}

describe.skipIf(missing)(`the board${missing ? ` (${missing})` : ''}`, () => {
  it('draws of a report of ten thousand rows those that are to be seen, and reaches the last by the keyboard', async () => {
    const { page, complaints } = await board('#reports')
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      ...{
        name: `agent${i % 210}`,
        from: new Date(Date.UTC(2026, 0, 1) + 900_000 * Math.floor(i / 210)).toISOString(),
      },
      figures: { 'answered@1': i % 9, 'in-use@1': 1_000 * i },
    }))
    await page.route('**/api/v1/reports/agents?**', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), rows } })
    })
    await page.getByLabel('About').selectOption('agent')
    const asked = Date.now()
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    const table = page.locator('[data-report-rows="10000"]')
    await table.locator('[data-report-row]').first().waitFor()
    console.info(JSON.stringify({ figure: 'report-rows-painted', rows: rows.length, ms: Date.now() - asked }))
    expect(await table.locator('[data-report-row]').count()).toBeLessThan(100)
    await picture(page, 'report-long')
    expect(await accessibilityFaults(page)).toEqual([])
    await table.focus()
    await page.keyboard.press('End')
    await table.locator('[aria-rowindex="10001"]').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('draws of a thousand agents those that are to be seen, and reaches the last by the keyboard', async () => {
    const { users, version } = stage.centre.state.configuration
    const agents = [...users.values()].filter(({ role }) => role === 'agent')
    const changes = Array.from({ length: 1_000 - users.size }, (_, i) => ({
      ...{ kind: 'user' as const, name: `more${i}` },
      value: { ...agents[0]!, name: `more${i}`, displayName: `More ${i}`, extension: String(60_000 + i) },
    }))
    for (let from = 0; from < changes.length; from += 200) {
      const basedOn = version + from / 200
      await stage.centre.submit({
        type: 'ChangeConfiguration',
        by: 'test',
        basedOn,
        changes: changes.slice(from, from + 200),
      })
    }
    const { page, complaints } = await board()
    const all = page.getByText('All', { exact: true }).last()
    await all.waitFor()
    const ms = await all.evaluate(async (choice: { click(): void }) => {
      const frame = () =>
        new Promise((resolve) =>
          (
            globalThis as never as { requestAnimationFrame: (call: (at: number) => void) => void }
          ).requestAnimationFrame(resolve),
        )
      const from = performance.now()
      choice.click()
      const list = () =>
        (globalThis as never as { document: { querySelector(of: string): unknown } }).document.querySelector(
          '[data-rows] [data-agent]',
        )
      while (!list()) await frame()
      await frame()
      return performance.now() - from
    })
    const list = page.locator('[data-rows]')
    console.info(JSON.stringify({ figure: 'board-agents-painted', agents: 1_000, ms: Math.round(ms) }))
    expect(Number(await list.getAttribute('data-rows'))).toBe(1_000)
    expect(await list.locator('[data-agent]').count()).toBeLessThan(60)
    await picture(page, 'board-thousand')
    expect(await accessibilityFaults(page)).toEqual([])
    await list.focus()
    await page.keyboard.press('End')
    await list.locator('[aria-posinset="1000"]').waitFor()
    await picture(page, 'board-thousand-end')
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
