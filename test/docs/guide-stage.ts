/** A system as `npm start` runs it, and readers who do what a guide says against it. */
import { afterAll, afterEach, beforeAll } from 'vitest'
import { Phone } from '../kit/phone.ts'
import { type System, startSystem } from '../kit/system.ts'
import { Reader } from './reader.ts'

/** Failures take time to be lived through: a run that lost a call waits half a minute for its row. */
export const GUIDE_MS_MAX = 400_000

/** What the guides of a file are read beside; everything is closed again by itself. */
export interface GuideStage {
  readonly system: System
  reader(): Reader
  phone(user: string, at?: { host: string; port: number }, password?: string): Promise<Phone>
  /** Closes it after the test. */
  keep<T extends { close(): unknown }>(one: T): T
}

/** Starts the system before the first test of the file. */
export function guideStage(): GuideStage {
  let system: System
  const open: { close(): unknown }[] = []
  const keep = <T extends { close(): unknown }>(one: T): T => {
    open.push(one)
    return one
  }
  beforeAll(async () => {
    system = await startSystem()
  })
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })
  afterAll(async () => {
    await system?.stop()
  })
  return {
    get system() {
      return system
    },
    reader: () => keep(readerOf(system)),
    phone: async (user, at = system.sip, password = undefined) =>
      keep(await Phone.open({ server: at, host: at.host, user, ...(password ? { password } : {}) })),
    keep,
  }
}

function readerOf(system: System): Reader {
  const [http, sip] = [new URL(system.http).port, String(system.sip.port)]
  return new Reader({
    replace: {
      '127.0.0.1:8080': `127.0.0.1:${http}`,
      '127.0.0.1:5060': `127.0.0.1:${sip}`,
      'data/run': `${system.data}/run`,
    },
    environment: { TANDEM_HTTP_PORT: http, TANDEM_SIP_PORT: sip, TANDEM_DATA: system.data },
  })
}
