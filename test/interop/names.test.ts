/** Two edges behind one name of a real name server, and a phone that nobody here wrote. */
import { describe, expect, it } from 'vitest'
import type { EdgeEngine } from '#engines/edge'
import { findCommand } from '../../scripts/install-packages.ts'
import { Baresip } from '../kit/baresip.ts'
import { freePort } from '../kit/free-ports.ts'
import { kept } from '../kit/kept.ts'
import { NameServer, whyNoNames } from '../kit/name-server.ts'
import { type FakeCore, startCore, startEdge, until } from './edge-kit.ts'

const NAME = 'sip.tandem.test'
const ADDRESSES = ['127.0.9.3', '127.0.9.4'] as const

interface Side {
  readonly edge: EdgeEngine
  readonly core: FakeCore
}

async function side(listen: string, sipPort: number): Promise<Side> {
  const name = `edge-${listen}`
  const edge = kept(await startEdge({ listen, sipPort, advertisedHost: NAME, name, instance: name }))
  return { edge, core: kept(await startCore(edge, { users: { '2001': 'secret' } })) }
}

const why = findCommand('baresip') ? whyNoNames() : 'the package baresip-core is not installed'

describe.skipIf(why !== undefined)(`two edges of one name${why ? ` (skipped: ${why})` : ''}`, () => {
  it('a phone that knows the name alone registers at one, and calls by the other when that is dead (AA-03, TEL-22)', async () => {
    const names = kept(await NameServer.start({ [NAME]: ADDRESSES }))
    const port = await freePort()
    const sides = [await side(ADDRESSES[0], port), await side(ADDRESSES[1], port)]
    const server = { host: NAME, port }
    const phone = kept(
      await Baresip.start({ server, user: '2001', password: 'secret', transport: 'tcp', nameServer: names.host }),
    )
    await until(() => sides.some(({ edge }) => edge.status().bindings > 0))
    const first = sides.find(({ edge }) => edge.status().bindings > 0)
    const other = sides.find((one) => one !== first)
    await first?.edge.close()
    phone.command('dial', `sip:1009@${NAME}:${port};transport=tcp`)
    const invite = await other?.core.take('INVITE')
    expect(invite?.message).toMatch(new RegExp(`^INVITE sip:1009@${NAME}`))
  })
})
