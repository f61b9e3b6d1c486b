import { silentLogger, VirtualClock } from '#base'
import { MemoryRegisters, PoolRegisters } from '#seams/registers'
import { RegisterLinks } from '../kit/register-links.ts'
import { registersKeepTheContract } from './registers-contract.ts'

registersKeepTheContract('memory', async () => {
  const clock = new VirtualClock()
  const registers = new MemoryRegisters(clock)
  const pass = async (durationMs: number) => clock.advance(durationMs)
  return { registers, pass, life: 100, close: () => registers.close() }
})

registersKeepTheContract('a pool of linked cores without Redis', async () => {
  const clock = new VirtualClock()
  const links = new RegisterLinks()
  const [registers, other] = ['a', 'b'].map((name) => {
    const one = new PoolRegisters({ clock, logger: silentLogger })
    one.linked(links.join(name))
    return one
  })
  const pass = async (durationMs: number) => {
    for (let passed = 0; passed < durationMs; passed += 5) {
      clock.advance(Math.min(5, durationMs - passed))
      await new Promise(setImmediate)
    }
  }
  const close = async () => {
    await Promise.all([registers!.close(), other!.close()])
  }
  return { registers: registers!, pass, life: 100, close }
})
