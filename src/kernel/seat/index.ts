export { decideSeat, SEAT_FEATURES, type SeatUse, seatOf, seatUse } from './seat.ts'
