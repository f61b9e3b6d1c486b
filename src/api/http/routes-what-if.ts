import { moment, WhatIfInputSchema, WhatIfReportSchema } from '#api/contract'
import type { Millis } from '#base'
import { wholeOf } from '#kernel/config'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { changedOf } from './what-if-change.ts'
import { demand } from './who.ts'

/** A month: more says nothing of tomorrow, and would be more calls than are replayed at once. */
const SPAN_MS_MAX = 31 * 86_400_000

/** Tries a change on recorded calls before it is made (promise 5). Reads the configuration and history, and changes nothing. */
export function addWhatIfRoutes(api: Server, { centre, whatIf }: HttpApiPorts): void {
  const schema = {
    summary: 'Replay recorded calls through a changed configuration',
    body: WhatIfInputSchema,
    response: { 200: WhatIfReportSchema },
  }
  api.post('/what-if', { schema }, async (request) => {
    demand(request, 'try-configuration')
    const { plays, ...asked } = request.body
    const { from, to } = checkSpan(Date.parse(asked.from), Date.parse(asked.to))
    const { configuration } = centre.state()
    const [before, after] = [wholeOf(configuration), changedOf(configuration, asked)]
    const report = await whatIf.run({ from, to, before, after, plays })
    return { ...report, from: moment(report.from), to: moment(report.to) }
  })
}

function checkSpan(from: Millis, to: Millis): { readonly from: Millis; readonly to: Millis } {
  if (to <= from) throw API_ERRORS['api.invalid']({ path: '/to', problem: 'is not after "from"' })
  if (to - from > SPAN_MS_MAX)
    throw API_ERRORS['api.invalid']({ path: '/from', problem: 'is more than 31 days before "to"' })
  return { from, to }
}
