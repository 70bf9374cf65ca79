// Today's module resolution does not find the package's own types.
declare module "socket.io-client-4.2" {
  export { io } from "socket.io-client";
}
