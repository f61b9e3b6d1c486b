import { CLOCK_FAULTS } from './clock.ts'
import { DATABASE_FAULTS } from './database.ts'
import type { Fault } from './fault.ts'
import { FIGURES_FAULT, KILLS_FAULT } from './figures.ts'
import { HALVES_FAULTS } from './halves.ts'
import { HERD_FAULTS } from './herd.ts'
import { LIMIT_FAULTS } from './limits.ts'
import { NETWORK_FAULTS } from './network.ts'
import { OVERLOAD_FAULTS } from './overload.ts'
import { PROCESS_FAULTS } from './processes.ts'
import { REGISTER_FAULTS } from './registers.ts'
import { SLOW_STORE_FAULTS } from './slow-store.ts'
import { UPGRADE_FAULTS } from './upgrade.ts'

export { CONTROL_MARKS, type Fault, type Marks, STRIKES_MS } from './fault.ts'

/** No fault at all: what the checkers say of a quiet run is what the machine does by itself. */
const QUIET: Fault = {
  id: '0',
  name: 'nothing',
  how: 'the load alone',
  marks: { mediaGapMs: 0, controlGapMs: 500, takeoversMax: 0 },
  run: (world) => world.takeover('quiet').then(() => {}),
}

/** Every fault that can be made, by its number in the plan. */
export const FAULTS: Readonly<Record<string, Fault>> = Object.fromEntries(
  [
    QUIET,
    ...PROCESS_FAULTS,
    ...DATABASE_FAULTS,
    ...CLOCK_FAULTS,
    ...NETWORK_FAULTS,
    ...HALVES_FAULTS,
    ...HERD_FAULTS,
    FIGURES_FAULT,
    KILLS_FAULT,
    ...REGISTER_FAULTS,
    ...SLOW_STORE_FAULTS,
    ...OVERLOAD_FAULTS,
    ...LIMIT_FAULTS,
    ...UPGRADE_FAULTS,
  ].map((fault) => [fault.id, fault]),
)
