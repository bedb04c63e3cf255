package dev.stauth;

import java.util.Optional;

/**
 * Finds one member of the JSON object that the library writes, as st_request_claim() does: text as it is, any other value
 * as JSON. Java has no JSON of its own, and programs that want all of it have a library that they like.
 */
final class Claims {
    private final String json;
    private int position;

    private Claims(String json) {
        this.json = json;
    }

    /** Empty if there is no such member, or it is null. */
    static Optional<String> find(String json, String name) {
        return new Claims(json).member(name);
    }

    private Optional<String> member(String name) {
        position = 1; // after the brace
        while (position < json.length() && json.charAt(position) == '"') {
            boolean isWanted = text().equals(name);
            position++; // the colon
            if (isWanted) {
                return value();
            }
            skip();
            position++; // a comma, or the last brace
        }
        return Optional.empty();
    }

    private Optional<String> value() {
        if (json.charAt(position) == '"') {
            return Optional.of(text());
        }
        int first = position;
        skip();
        String found = json.substring(first, position);
        return found.equals("null") ? Optional.empty() : Optional.of(found);
    }

    /** Moves behind a value. */
    private void skip() {
        int depth = 0;
        for (; position < json.length(); position++) {
            char unit = json.charAt(position);
            if (unit == '"') {
                text();
                position--;
            } else if (unit == '{' || unit == '[') {
                depth++;
            } else if (depth == 0 && (unit == ',' || unit == '}')) {
                return;
            } else if (unit == '}' || unit == ']') {
                depth--;
            }
        }
    }

    /** Reads text, and moves behind its last quote. */
    private String text() {
        var found = new StringBuilder();
        for (position++; json.charAt(position) != '"'; position++) {
            char unit = json.charAt(position);
            found.append(unit == '\\' ? escaped() : unit);
        }
        position++;
        return found.toString();
    }

    private char escaped() {
        char unit = json.charAt(++position);
        switch (unit) {
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                position += 4;
                return (char) Integer.parseInt(json, position - 3, position + 1, 16);
            default:
                return unit;
        }
    }
}
