/** Who decides is killed. One of three short runs; `npm run chaos -- --all` makes one for each fault that everybody must live through. */
import { describe } from 'vitest'
import { itSeesNothingLost } from './short-run.ts'

describe('callers, agents and browsers that know nothing of the inside see nothing lost', () => {
  itSeesNothingLost('1')
})
