"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { LibraryNotFound, InvalidArgument, makeError } = require("./errors.js");

const NAME = "libstauth.so.0";
const FOLDER = path.join(__dirname, "..", "prebuilds", `${process.platform}-${process.arch}`);

let loaded;

/** The addon, with the library, loaded on the first call. */
function native() {
  loaded ??= load();
  return loaded;
}

function load() {
  const named = process.env.STAUTH_LIBRARY;
  const bundled = path.join(FOLDER, NAME);
  const candidates = named ? [named] : [...(fs.existsSync(bundled) ? [bundled] : []), NAME];
  const tried = [];
  try {
    const addon = require(path.join(FOLDER, "stauth.node"));
    for (const candidate of candidates) {
      const problem = addon.load(candidate, makeError);
      if (problem === null) return addon;
      tried.push(`${candidate}: ${problem}`);
    }
  } catch (error) {
    tried.push(error.message);
  }
  const hint = "Install the library, or set STAUTH_LIBRARY to the file.";
  throw new LibraryNotFound(`${NAME} could not be loaded. ${hint} Tried:\n${tried.join("\n")}`, { code: "library_not_found" });
}

/** Text for the library, or null. */
function text(value) {
  if (value === null || value === undefined) return null;
  if (typeof value !== "string") throw new TypeError(`expected text, not ${typeof value}`);
  if (value.includes("\0")) throw invalidText("text must not contain a NUL");
  if (/\p{Surrogate}/u.test(value)) throw invalidText("text must not contain lone surrogates");
  return value;
}

/** Bytes as Node gives them in text: of Latin-1. Other text becomes UTF-8. */
function octets(value) {
  if (typeof value !== "string") throw new TypeError(`expected text, not ${typeof value}`);
  if (value.includes("\0")) throw invalidText("text must not contain a NUL");
  return /[^\0-\xff]/.test(value) ? Buffer.from(value).toString("latin1") : value;
}

function invalidText(message) {
  return new InvalidArgument(message, { code: "invalid_text", httpStatus: 400 });
}

/** "name NUL value NUL" for each. */
function pairsOf(block) {
  const parts = block.split("\0");
  const pairs = [];
  for (let index = 0; index + 1 < parts.length; index += 2) pairs.push([parts[index], parts[index + 1]]);
  return pairs;
}

module.exports = { native, text, octets, pairsOf };
