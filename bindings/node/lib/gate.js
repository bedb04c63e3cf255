"use strict";

const { native, text } = require("./native.js");

const forgotten = new FinalizationRegistry((handle) => native().gate_free(handle));

/** The open paths of a program that is closed to all but signed-in users. */
class Gate {
  /** null if the options close nothing. */
  static of({ requireLogin = false, openPaths = [] } = {}) {
    if (openPaths.length > 0 && !requireLogin) throw new TypeError("openPaths has no effect without requireLogin");
    return requireLogin ? new Gate(openPaths) : null;
  }

  constructor(openPaths) {
    const block = openPaths.map((path) => `${text(path)}\0`).join("");
    this.handle = native().gate_new(Buffer.from(block));
    forgotten.register(this, this.handle);
  }
}

module.exports = { Gate };
