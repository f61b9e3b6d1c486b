export { RoomFollower } from './room-news.ts'
export { viewLine, viewRoom } from './view-room.ts'
