import { VirtualClock } from '#base'
import { MemoryRegisters } from '#seams/registers'
import { registersKeepTheContract } from './registers-contract.ts'

registersKeepTheContract('memory', async () => {
  const clock = new VirtualClock()
  const registers = new MemoryRegisters(clock)
  const pass = async (durationMs: number) => clock.advance(durationMs)
  return { registers, pass, life: 100, close: () => registers.close() }
})
