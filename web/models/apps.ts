import type { Session } from '#api/contract'
import { mayDo } from '#kernel/permission'

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

/** Where people of a role begin their day. */
const HOME: Readonly<Record<Session['role'], AppName>> = {
  agent: 'desk',
  attendant: 'desk',
  supervisor: 'supervisor',
  administrator: 'supervisor',
}

/** The pages that a role may open. */
export function appsOf(role: Session['role']): readonly AppName[] {
  return APPS.filter(({ right }) => mayDo(role, right)).map(({ name }) => name)
}

/** The address of a page. */
export function pathOf(app: AppName): string {
  return `/${app}`
}

/** Where a person goes who has just logged in. */
export function homeOf(role: Session['role']): string {
  return pathOf(HOME[role])
}
