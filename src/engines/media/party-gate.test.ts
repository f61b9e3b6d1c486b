import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PartyGate } from './party-gate.ts'

const HERE = '192.0.2.1'
const ELSEWHERE = '198.51.100.9'

function gateOf(port = 4000): PartyGate {
  const gate = new PartyGate()
  gate.name({ address: HERE, port })
  return gate
}

const admitted = (gate: PartyGate, address: string, port: number, times: number) =>
  Array.from({ length: times }, () => gate.admits(address, port))

describe('party gate', () => {
  it('takes nothing before the party is named, and nothing after it is unnamed', () => {
    const gate = new PartyGate()
    expect(admitted(gate, HERE, 4000, 10)).toEqual(Array(10).fill(false))
    expect(gate.port).toBe(0)
    gate.name({ address: HERE, port: 4000 })
    expect(gate.admits(HERE, 4000)).toBe(true)
    gate.name(undefined)
    expect(gate.admits(HERE, 4000)).toBe(false)
    expect(gate.port).toBe(0)
  })

  it('never takes a packet from another address, nor sends to one, whatever comes', () => {
    const packet = fc.record({ here: fc.boolean(), port: fc.constantFrom(4000, 4001, 5000) })
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        const gate = gateOf()
        for (const { here, port } of packets) {
          const taken = gate.admits(here ? HERE : ELSEWHERE, port)
          if (!here) expect(taken).toBe(false)
          expect(gate.address).toBe(HERE)
        }
      }),
    )
  })

  it('latches one other port after five packets in a row from it, and sends there', () => {
    const gate = gateOf()
    expect(admitted(gate, HERE, 5000, 4)).toEqual(Array(4).fill(false))
    expect(admitted(gate, HERE, 5001, 1)).toEqual([false])
    expect(admitted(gate, HERE, 5000, 6)).toEqual([false, false, false, false, true, true])
    expect(gate.port).toBe(5000)
    expect(admitted(gate, HERE, 5002, 20)).toEqual(Array(20).fill(false))
    expect(gate.port).toBe(5000)
  })

  it('goes back to the named port for good, once a packet came from there', () => {
    const gate = gateOf()
    admitted(gate, HERE, 5000, 6)
    expect(gate.admits(HERE, 4000)).toBe(true)
    expect(gate.port).toBe(4000)
    expect(admitted(gate, HERE, 5000, 20)).toEqual(Array(20).fill(false))
  })

  it('begins anew for another address, and keeps what it knows for the same one', () => {
    const gate = gateOf()
    admitted(gate, HERE, 5000, 6)
    gate.name({ address: HERE, port: 4000 })
    expect(gate.port).toBe(5000)
    gate.name({ address: HERE, port: 4002 })
    expect(gate.port).toBe(4002)
    expect(gate.admits(HERE, 5000)).toBe(false)
    gate.name({ address: ELSEWHERE, port: 4002 })
    expect([gate.admits(HERE, 4002), gate.admits(ELSEWHERE, 4002)]).toEqual([false, true])
  })

  it('takes reports from any port of the party’s address', () => {
    const gate = gateOf()
    expect([gate.admitsControl(HERE), gate.admitsControl(ELSEWHERE)]).toEqual([true, false])
    expect(new PartyGate().admitsControl(HERE)).toBe(false)
  })
})
