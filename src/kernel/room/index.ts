export type * from './command.ts'
export { ROOM_ERRORS } from './errors.ts'
export type * from './event.ts'
export { decideRoom, evolveRooms, isRoomCommand, isRoomEvent } from './machine.ts'
export {
  LINES_KEPT,
  MEMBERS_MAX,
  newRoomState,
  ROOMS_MAX,
  type Room,
  type RoomLine,
  type RoomState,
  roomFor,
  roomsOf,
  setRoom,
  unreadOf,
} from './room.ts'
