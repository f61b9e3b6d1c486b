import { defineErrors } from '#base'

/** Why a command about rooms is refused. */
export const ROOM_ERRORS = defineErrors({
  'room.unknown': { sentence: 'you have no room {room}', status: 404 },
  'room.direct': { sentence: 'a room of two stays one of these two; open a group for more people', status: 409 },
  'room.members': { sentence: 'a room has 2 to {most} people, and this one would have {members}', status: 409 },
  'room.too-many': { sentence: 'there are {most} rooms, which is the limit; leave some groups first', status: 409 },
})
