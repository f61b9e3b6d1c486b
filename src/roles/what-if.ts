import type { WhatIfPort } from '#api/http'
import type { Clock, Logger } from '#base'
import type { History } from '#engines/journal'
import { CONTACTS_MAX, WhatIfRunner } from '#engines/what-if'

/** What the API asks when somebody tries a configuration: history gives the day, a process of its own plays it. */
export function openWhatIf(history: History, clock: Clock, logger: Logger): WhatIfPort & { close(): void } {
  const runner = new WhatIfRunner({ clock, logger })
  return {
    async run({ from, to, ...configurations }) {
      return runner.run({ day: await history.recordedDay(from, to, CONTACTS_MAX), ...configurations })
    },
    close: () => runner.close(),
  }
}
