import { defineErrors } from '#base'

/** What can go wrong with the database, its process or its folder; each is one sentence for the person who started Tandem. */
export const STORE_ERRORS = defineErrors({
  'store.unreachable': { sentence: 'the database cannot be reached: {reason}', status: 503 },
  'store.url': { sentence: 'the address of the database cannot be used: {problem}', status: 422 },
  'store.migration': {
    sentence: 'the database could not be brought up to this release ({list}): {reason}',
    status: 500,
  },
  'store.folder': { sentence: 'the data folder {folder} cannot be used: {reason}', status: 500 },
  'store.disk-full': {
    sentence: 'the disk of {folder} is full: {freeMb} MB are free and {neededMb} MB needed',
    status: 507,
  },
  'store.version': {
    sentence: 'the data in {folder} was written by PostgreSQL {found}, but this release of Tandem brings {needed}',
    status: 500,
  },
  'store.port-taken': { sentence: 'port {port}, meant for PostgreSQL, is taken by another program', status: 500 },
  'store.account': {
    sentence: 'PostgreSQL refuses to run as root and this machine has no account postgres or nobody: {reason}',
    status: 500,
  },
  'store.binaries': {
    sentence: 'PostgreSQL for {platform} is not installed: run npm ci again ({reason})',
    status: 500,
  },
  'store.start': { sentence: 'PostgreSQL did not start in {folder}: {reason}', status: 500 },
})
