// The package's own types cannot be found by today's resolution.
declare module "socket.io-client-4.2" {
  export { io } from "socket.io-client";
}
