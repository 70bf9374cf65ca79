/**
 * Stands in for the transports and the parser of Socket.IO's client (see vite.config.ts): the page
 * uses those of protocol/client/.
 */
export const transports = {};
export const XHR = undefined;

/** As in socket.io-parser: the protocol's numbers. */
export const PacketType = {
  CONNECT: 0,
  DISCONNECT: 1,
  EVENT: 2,
  ACK: 3,
  CONNECT_ERROR: 4,
  BINARY_EVENT: 5,
  BINARY_ACK: 6,
};
export const protocol = 5;
