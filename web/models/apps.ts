import { hasRight, type Rightful } from './rights.ts'

/** The pages: one HTML file each, served at `/<name>`. A page that is ready stands here, in the order of the menu. */
export const APPS = [
  { name: 'desk', right: 'view-own' },
  { name: 'supervisor', right: 'view-live' },
  { name: 'wall', right: 'view-live' },
  { name: 'pool', right: 'view-cluster' },
  { name: 'admin', right: 'change-configuration' },
] as const

/** A page of people who are logged in. */
export type AppName = (typeof APPS)[number]['name']

/** The pages that somebody may open. */
export function appsOf(session: Rightful): readonly AppName[] {
  return APPS.filter(({ right }) => hasRight(session, right)).map(({ name }) => name)
}

/** The address of a page. */
export function pathOf(app: AppName): string {
  return `/${app}`
}

/** Where a person goes who has just logged in: who looks after the work of others to the board, everybody else to the own work. */
export function homeOf(session: Rightful): string {
  const first: AppName = hasRight(session, 'view-history') ? 'supervisor' : 'desk'
  const apps = appsOf(session)
  return pathOf(apps.includes(first) ? first : (apps[0] ?? first))
}
