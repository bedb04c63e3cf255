import testing from "./testing.js";

export const { App } = testing;
export default testing;
