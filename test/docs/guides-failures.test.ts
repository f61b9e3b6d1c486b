/** Does what the guides say of changes and failures, which take longest; the others stand in guides.test.ts. */
import { describe, it } from 'vitest'
import { GUIDE_MS_MAX, guideStage } from './guide-stage.ts'

const stage = guideStage()

describe('docs/guides', () => {
  it('try-a-change.md: recorded calls replayed', { timeout: GUIDE_MS_MAX }, async () => {
    await stage.reader().follow('docs/guides/try-a-change.md')
  })

  it('try-a-failure.md: core, edge, media, and by hand', { timeout: GUIDE_MS_MAX }, async () => {
    await stage.reader().follow('docs/guides/try-a-failure.md')
  })
})
