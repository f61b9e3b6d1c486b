import { type LocalRole, lastProblem } from '#roles'

/** How a role of this machine stands, in words; of one that does not serve the reason, where its log has one. */
export function describeRole(data: string, { pid, alive, ready, name }: LocalRole): string {
  if (ready) return `serving, process ${pid}`
  const reason = lastProblem(data, name)
  const state = alive ? `process ${pid} does not serve yet` : 'not running'
  return `${state}${reason ? `; its log ends with: ${reason}` : ''}`
}
