/** A process of its own that tries one configuration: it is told what, answers once, and ends. */
import { isTandemError } from '#base'
import { type WhatIfInput, type WhatIfReport, whatIf } from './what-if.ts'

/** What the process answers. */
export type WhatIfAnswer =
  | { readonly report: WhatIfReport }
  | { readonly error: { readonly code: string; readonly fields: Readonly<Record<string, unknown>> } }
  | { readonly failed: string }

function answerTo(input: WhatIfInput): WhatIfAnswer {
  try {
    return { report: whatIf(input) }
  } catch (cause) {
    if (isTandemError(cause)) return { error: { code: cause.code, fields: cause.fields } }
    return { failed: String(cause) }
  }
}

process.once('message', (input) => {
  process.send?.(answerTo(input as WhatIfInput), undefined, {}, () => process.disconnect?.())
})
// Whoever asked is gone: nobody would read the answer.
process.once('disconnect', () => process.exit(0))
