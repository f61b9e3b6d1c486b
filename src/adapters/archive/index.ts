export { ARCHIVE_ERRORS, ArchiveMover, type ArchiveMoverOptions } from './archive-mover.ts'
