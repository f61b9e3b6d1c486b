/** A network that can tell the machines of a pool apart, though all use one address: what the halves of a pool are cut apart with. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { closeNamespace, openNamespace, whyNoNamespaces } from './network.ts'
import { betweenRules, serverRules, sidesOf } from './sides.ts'

const PROGRAM = fileURLToPath(new URL('./sides-process.ts', import.meta.url))

describe('the sides of a run', () => {
  it('drop what one sends to the other by who began the connection, and leave all else', () => {
    const sides = sidesOf(['node1', 'node2'])
    expect(betweenRules(sides, sides[0]!, sides[1]!)).toEqual([
      'ct mark and 0xff == 0x21 ct direction original drop',
      'ct mark and 0xff == 0x12 ct direction reply drop',
    ])
    expect(serverRules(sides, sides[1]!, { name: 'database', ports: [5432] }, 'towards')).toEqual([
      'ct mark and 0xf == 0x2 tcp dport 5432 drop',
    ])
  })

  it('are cut apart in one direction or from a server, while others go on, and hear each other again', async ({
    skip,
  }) => {
    const without = whyNoNamespaces()
    if (without) skip(without)
    const namespace = openNamespace('sides')
    try {
      const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', namespace, process.execPath, PROGRAM])
      const all = { whole: true, cut: true, healed: true, cutOther: true, offOwn: true, healedOwn: true }
      expect(JSON.parse(stdout)).toEqual(all)
    } finally {
      closeNamespace(namespace)
    }
  })
})
