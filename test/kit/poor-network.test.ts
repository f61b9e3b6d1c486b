import { describe, expect, it } from 'vitest'
import { Random } from '../simulation/random.ts'
import { poorWay } from './poor-network.ts'

/** What arrives, in its order, of a thousand datagrams that are sent one after the other. */
async function sendThrough(network: Parameters<typeof poorWay>[0]): Promise<number[]> {
  const random = new Random(7)
  const way = poorWay(network, () => random.next())
  const arrived: number[] = []
  for (let number = 0; number < 1_000; number++) {
    way(() => arrived.push(number))
    if (number % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await new Promise((resolve) => setTimeout(resolve, network.lateMs[1] + 50))
  return arrived
}

describe('a poor network of a test', () => {
  it('loses, doubles and reorders as much as it says', async () => {
    const arrived = await sendThrough({ lost: 0.1, doubled: 0.2, reordered: 0.25, lateMs: [5, 20] })
    const different = new Set(arrived).size
    expect(different).toBeGreaterThan(850)
    expect(different).toBeLessThan(950)
    expect(arrived.length / different).toBeGreaterThan(1.1)
    expect(arrived.length / different).toBeLessThan(1.3)
    const overtaken = arrived.filter((number, index) => index > 0 && number < arrived[index - 1]!)
    expect(overtaken.length).toBeGreaterThan(50)
  })

  it('that is good passes everything on', async () => {
    const arrived = await sendThrough({ lost: 0, doubled: 0, reordered: 1, lateMs: [0, 0] })
    expect(arrived).toEqual(Array.from({ length: 1_000 }, (_, number) => number))
  })
})
