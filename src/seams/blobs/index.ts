export { DirectoryBlobs } from './blobs-directory.ts'
export { MemoryBlobs } from './blobs-memory.ts'
export { BLOB_ERRORS } from './errors.ts'
export { type BlobStat, type Blobs, KEY_PART_BYTES_MAX, KEY_PARTS_MAX, LIST_MAX } from './port.ts'
